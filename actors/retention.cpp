#include "actors/retention.hpp"

#include <string>
#include <utility>

#include "domain/error.hpp"
#include "telemetry/log.hpp"

namespace bankslip::actors {

namespace {

using retention_pointer = retention_actor::stateful_pointer<retention_state>;

std::string text_of(const domain::removed_rows& removed) {
  std::string out;
  for (const auto& [table, rows] : removed.tables)
    out.append(out.empty() ? "" : ", ").append(table).append(" ").append(std::to_string(rows));
  return out;
}

/// Removes some rows; answers how long to wait before the next look.
std::chrono::milliseconds look(retention_state& state) {
  const auto& o = state.options;
  const auto removed = state.store->remove_old(o.keep, o.limit);
  if (!removed) {
    telemetry::log_warn("old rows stay for now", {{"error", domain::text_of(removed.error())}});
    return o.rest;
  }
  if (!removed->tables.empty())
    telemetry::log_info("old rows removed", {{"rows", text_of(*removed)}});
  return removed->more ? o.pause : o.rest;
}

} // namespace

retention_actor::behavior_type retention(retention_pointer self, retention_options options) {
  self->state.options = std::move(options);
  self->state.store = self->state.options.make_store();
  self->delayed_send(self, self->state.options.rest, remove_old_rows{});
  return {
      [=](remove_old_rows) { self->delayed_send(self, look(self->state), remove_old_rows{}); },
  };
}

} // namespace bankslip::actors
