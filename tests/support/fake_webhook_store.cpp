#include <algorithm>

#include "domain/error.hpp"
#include "tests/support/fake_database.hpp"

namespace bankslip::fake {

namespace {

using d::delivery_state;

class fake_webhooks final : public d::webhook_store {
public:
  fake_webhooks(database& db, process_ptr p) : session_{db, std::move(p)}, db_{db} {}

  caf::expected<std::vector<d::webhook_event>> claim(int limit,
                                                     std::chrono::milliseconds claim) override {
    std::vector<d::webhook_event> out;
    auto err = session_.run("claim_webhooks", [&] {
      for (auto& [id, row] : db_.events)
        if (!db_.endpoint_stopped && is_pending(row) && row.due <= db_.now()
            && static_cast<int>(out.size()) < limit) {
          row.due = db_.now() + claim;
          out.push_back(row.event);
        }
      return caf::error{};
    });
    if (err)
      return err;
    return out;
  }

  caf::error finish(const d::webhook_answer& answer, const d::webhook_verdict& verdict) override {
    return session_.run("finish_webhook", [&] {
      auto i = db_.events.find(answer.event_id);
      if (i == db_.events.end())
        return caf::error{};
      auto& row = i->second;
      row.tries.push_back({db_.now() - answer.took, answer.status, answer.took, answer.error});
      if (!is_pending(row))
        return caf::error{};
      row.state = verdict.state;
      row.event.tries += verdict.endpoint_gone ? 0 : 1;
      row.due = db_.now() + verdict.wait;
      return caf::error{};
    });
  }

  caf::error stop() override { return set_stopped(true); }
  caf::error resume() override { return set_stopped(false); }

  caf::expected<std::vector<d::webhook_delivery>> list(const d::delivery_page& page) override {
    std::vector<d::webhook_delivery> out;
    auto err = session_.run("list_webhooks", [&] {
      for (auto i = db_.events.rbegin(); i != db_.events.rend(); ++i) {
        const auto& row = i->second;
        if ((page.after != 0 && i->first >= page.after) || (page.state && row.state != *page.state)
            || static_cast<int>(out.size()) >= page.limit)
          continue;
        const auto& e = row.event;
        out.push_back({e.id, e.message_id, e.type, e.at, row.state,
                       is_pending(row) ? std::optional{row.due} : std::nullopt, row.tries});
      }
      return caf::error{};
    });
    if (err)
      return err;
    return out;
  }

  caf::error resend(std::int64_t id) override {
    return session_.run("resend_webhook", [&]() -> caf::error {
      auto i = db_.events.find(id);
      if (i == db_.events.end())
        return d::make_error(d::errc::not_found, "no delivery " + std::to_string(id));
      i->second.state = delivery_state::pending;
      i->second.event.tries = 0;
      i->second.due = db_.now();
      db_.endpoint_stopped = false;
      return {};
    });
  }

  caf::expected<d::webhook_backlog> backlog() override {
    d::webhook_backlog out;
    auto err = session_.run("webhook_backlog", [&] {
      for (const auto& [id, row] : db_.events)
        if (is_pending(row)) {
          ++out.pending;
          out.oldest_age = std::max(
              out.oldest_age,
              std::chrono::duration_cast<std::chrono::milliseconds>(db_.now() - row.event.at));
        }
      out.stopped = db_.endpoint_stopped;
      return caf::error{};
    });
    if (err)
      return err;
    return out;
  }

private:
  static bool is_pending(const event_row& row) { return row.state == delivery_state::pending; }

  caf::error set_stopped(bool stopped) {
    return session_.run("stop_webhooks", [&] {
      db_.endpoint_stopped = stopped;
      return caf::error{};
    });
  }

  session session_;
  database& db_;
};

} // namespace

std::unique_ptr<d::webhook_store> database::webhook_store(process_ptr p) {
  return std::make_unique<fake_webhooks>(*this, std::move(p));
}

} // namespace bankslip::fake
