#include "actors/outbox_relay.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <unordered_map>
#include <utility>

#include "actors/store.hpp"
#include "domain/error.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::actors {

namespace {

using outbox_relay_pointer = outbox_relay_actor::stateful_pointer<outbox_relay_state>;

domain::outbound_batch_ptr dead_letter(const domain::outbox_entry& entry) {
  auto batch = std::make_shared<domain::outbound_batch>();
  batch->to = domain::channel::dead_letters;
  batch->headers = entry.headers;
  const auto part = [](bool null, const std::string& text) {
    return null ? std::string_view{} : std::string_view{text};
  };
  batch->add(part(entry.null_key, entry.key), part(entry.null_value, entry.value));
  return batch;
}

void rest(outbox_relay_pointer self) {
  self->delayed_send(self, self->state.options.timeouts.outbox_pause, relay_outbox{});
}

/// Now and then, and when the database is back: another server may have taken its place.
caf::error ask_replication(outbox_relay_state& state) {
  constexpr int looks_between = 30;
  if (state.asks_replication_in-- > 0)
    return {};
  const auto now = state.store->replication();
  if (!now)
    return now.error();
  state.asks_replication_in = looks_between;
  telemetry::set_database_synchronous(now->is_synchronous());
  if (state.options.seen->note("replication", now->text()))
    telemetry::log_info("the database replicates", {{"replication", now->text()}});
  const bool is_missed = state.options.requires_synchronous && !now->is_synchronous();
  state.options.seen->report({domain::dependency_kind::replication}, is_missed ? now->text() : "");
  return {};
}

void fail(outbox_relay_pointer self, const caf::error& reason) {
  self->state.asks_replication_in = 0;
  self->state.options.seen->is_away({domain::dependency_kind::database}, domain::text_of(reason));
  telemetry::log_warn("outbox relay waits for the database", {{"error", domain::text_of(reason)}});
  rest(self);
}

// All answers of a look are in: what was acknowledged leaves the outbox, the
// rest is claimed again when its claim runs out.
void end_look(outbox_relay_pointer self) {
  auto& state = self->state;
  auto published = std::exchange(state.published, {});
  if (published.empty()) {
    rest(self);
    return;
  }
  if (auto err = state.store->finish_outbox(published)) {
    fail(self, err);
    return;
  }
  // There may be more of them.
  self->send(self, relay_outbox{});
}

void publish(outbox_relay_pointer self, std::int64_t id, domain::outbound_batch_ptr batch) {
  auto& state = self->state;
  ++state.outstanding;
  auto answered = [=](bool acknowledged) {
    auto& s = self->state;
    if (acknowledged)
      s.published.push_back(id);
    if (--s.outstanding == 0)
      end_look(self);
  };
  self->request(state.options.publisher, state.options.timeouts.publish_answer(),
                publish_batch{std::move(batch)})
      .then(
          [=](batch_published) { answered(true); },
          [=](caf::error& reason) {
            telemetry::log_warn("outbox entry not published", {{"error", domain::text_of(reason)}});
            answered(false);
          });
}

// Each process shows the same: what waits in all of them.
caf::error tell_mail_speed(outbox_relay_state& state) {
  constexpr std::chrono::seconds between{5};
  const auto now = std::chrono::steady_clock::now();
  if (!state.options.mail_speed || now < state.speed_due)
    return {};
  state.speed_due = now + between;
  const auto all = state.store->tell_mail_speed(state.process, state.options.mail_speed());
  if (!all)
    return all.error();
  using seconds = std::chrono::duration<double>;
  const auto utc = domain::system_clock().utc_now();
  const auto oldest = all->oldest_at ? seconds{utc - *all->oldest_at} : seconds{0};
  std::optional<seconds> eta;
  if (all->ends_at)
    eta = *all->ends_at - utc;
  else if (all->waiting == 0)
    eta = seconds{0};
  telemetry::set_mail_backlog(oldest, eta);
  return {};
}

/// The debts that `process` entries name, by id, as they stand now.
caf::expected<std::unordered_map<std::string, domain::debt>>
contents(outbox_relay_state& state, const std::vector<domain::outbox_entry>& entries) {
  std::vector<std::string> ids;
  for (const auto& entry : entries)
    if (entry.kind == domain::outbox_kind::process)
      ids.push_back(entry.key);
  std::unordered_map<std::string, domain::debt> debts;
  if (ids.empty())
    return debts;
  auto rows = state.store->find(ids);
  if (!rows)
    return rows.error();
  for (auto& row : *rows)
    if (row)
      debts.emplace(row->content.debt_id, std::move(row->content));
  return debts;
}

void look(outbox_relay_pointer self) {
  auto& state = self->state;
  if (auto err = ask_replication(state))
    return fail(self, err);
  if (auto err = state.store->expire_leases())
    return fail(self, err);
  // No more than are published in a look.
  if (auto err = state.store->release_held(state.options.limit))
    return fail(self, err);
  if (auto err = tell_mail_speed(state))
    return fail(self, err);
  auto entries =
      state.store->claim_outbox(state.options.limit, state.options.timeouts.outbox_claim());
  if (!entries)
    return fail(self, entries.error());
  state.options.seen->is_there({domain::dependency_kind::database});
  telemetry::set_queue_length("outbox", static_cast<std::int64_t>(entries->size()));
  std::chrono::milliseconds oldest{0};
  for (const auto& entry : *entries)
    oldest = std::max(oldest, entry.waited);
  telemetry::set_outbox_oldest(oldest);
  auto debts = contents(state, *entries);
  if (!debts)
    return fail(self, debts.error());
  // One more than is published, so that an empty look ends here too.
  state.outstanding = 1;
  for (const auto& entry : *entries) {
    if (entry.kind == domain::outbox_kind::dead_letter) {
      publish(self, entry.id, dead_letter(entry));
      continue;
    }
    auto found = debts->find(entry.key);
    if (found == debts->end())
      state.published.push_back(entry.id);
    else {
      const auto* debt = &found->second;
      publish(self, entry.id, stored_records(*state.options.codec, {&debt, 1}));
    }
  }
  if (--state.outstanding == 0)
    end_look(self);
}

} // namespace

outbox_relay_actor::behavior_type outbox_relay(outbox_relay_pointer self,
                                               outbox_relay_options options) {
  auto& state = self->state;
  state.options = std::move(options);
  state.store = state.options.make_store();
  state.process = static_cast<std::int64_t>(std::random_device{}()) << 31
                  | static_cast<std::int64_t>(std::random_device{}() >> 1);
  self->send(self, relay_outbox{});
  return {
      [=](relay_outbox) { look(self); },
  };
}

} // namespace bankslip::actors
