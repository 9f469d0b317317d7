#include "tests/sim/planted.hpp"

#include <array>
#include <map>

#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "domain/error.hpp"

namespace bankslip::sim {

namespace {

namespace d = domain;

constexpr std::array<std::string_view, static_cast<std::size_t>(bug::last)> names = {
    "none",
    "offset committed early",
    "results of revoked lanes committed",
    "intent not written",
    "intent removed early",
    "intents of others not seen",
    "new key for each call",
    "window ignored",
    "lease ignored",
    "unknown taken for not sent",
    "unknown taken for sent",
    "row locks not taken",
    "counters counted twice",
    "outbox entry removed early",
    "put off without outbox entry",
    "refused batch acknowledged",
    "error taken for settled",
    "credit not returned",
    "event outside the transaction",
    "done said again after a retry",
    "two last lanes not kept apart",
    "lanes far from the end not waited for",
    "mails ahead of the slips",
    "place lost that was kept for a slower pace",
    "switch of the mode forgets",
    "mail stage begins at the end",
    "earlier tries not handed on",
    "stopped e-mails not seen",
    "held rows not let go",
    "superseded intents forgotten",
    "rate counted twice",
};

class bad_store final : public d::settlement_store {
public:
  bad_store(bug b, fake::world& w, std::unique_ptr<d::settlement_store> port)
      : bug_{b}, world_{w}, port_{std::move(port)} {}

  caf::error find(std::span<const d::debt* const> debts, d::found_debts& out) override {
    return port_->find(debts, out);
  }
  caf::expected<d::intent> open_intent(const d::intent_request& request) override {
    auto i = port_->open_intent(request);
    if (i && bug_ == bug::intent_not_written)
      world_.db.intents.erase(i->id);
    return i;
  }
  caf::error drop_intent(std::int64_t id) override { return port_->drop_intent(id); }
  caf::expected<std::vector<d::upload_standing>> begin(const d::transaction_start& start) override {
    auto changed = start;
    if (bug_ == bug::intent_not_written)
      changed.intent_id = 0;
    auto standing = port_->begin(changed);
    if (standing && bug_ == bug::counters_counted_twice)
      for (auto& upload : *standing)
        upload.counted_through = -1;
    return standing;
  }
  caf::error copy(std::span<const d::new_row> rows) override { return port_->copy(rows); }
  caf::expected<std::vector<bool>> insert(std::span<const d::new_row> rows) override {
    return port_->insert(rows);
  }
  caf::expected<std::vector<d::stored_debt>> lock(std::span<const std::string_view> ids) override {
    return port_->lock(ids);
  }
  caf::expected<std::vector<std::int64_t>> stopped_uploads() override {
    if (bug_ == bug::stop_not_seen)
      return std::vector<std::int64_t>{};
    return port_->stopped_uploads();
  }
  caf::expected<d::open_intents> others_intents(std::int64_t own_id) override {
    auto others = port_->others_intents(own_id);
    if (others && bug_ == bug::stop_not_seen)
      others->stopped.clear();
    if (others && bug_ == bug::intents_of_others_not_seen)
      others->intents.clear();
    if (bug_ == bug::intent_removed_early)
      world_.db.intents.erase(own_id);
    return others;
  }
  caf::error settle(const d::settlement& s) override {
    auto changed = s;
    if ((bug_ == bug::intent_not_written || bug_ == bug::intent_removed_early)
        && !world_.db.intents.contains(s.intent_id))
      changed.intent_id = 0;
    if (bug_ == bug::put_off_without_outbox)
      std::erase_if(changed.outbox,
                    [](const auto& e) { return e.kind == d::outbox_kind::process; });
    if (bug_ == bug::event_outside_the_transaction)
      changed.told.clear();
    if (bug_ == bug::earlier_tries_not_handed_on && s.spares_attempts) {
      for (auto& u : changed.updates)
        u.mail_tried_at.reset();
      changed.spares_attempts = false;
    }
    auto err = port_->settle(changed);
    if (bug_ == bug::event_outside_the_transaction && !err)
      for (const auto& id : s.told)
        if (auto row = world_.db.rows.find(id); row != world_.db.rows.end())
          if (auto event = d::event_of(row->second.status))
            world_.db.tell(*event, row->second);
    if (bug_ == bug::error_taken_for_settled && d::code_of(err) == d::errc::database_unavailable)
      return {};
    return err;
  }
  void rollback() override { port_->rollback(); }
  void interrupt() noexcept override { port_->interrupt(); }

private:
  bug bug_;
  fake::world& world_;
  std::unique_ptr<d::settlement_store> port_;
};

class bad_mails final : public d::email_service {
public:
  bad_mails(bug b, std::unique_ptr<d::email_service> port) : bug_{b}, port_{std::move(port)} {}

  std::vector<d::call_outcome> send(std::span<const d::email_job> jobs,
                                    std::chrono::steady_clock::time_point deadline,
                                    d::call_gate* gate) override {
    std::vector<d::email_job> changed(jobs.begin(), jobs.end());
    static int calls = 0;
    if (bug_ == bug::new_key_for_each_call)
      for (auto& job : changed)
        job.attempt += 1000 * ++calls;
    if (bug_ == bug::lease_ignored)
      deadline += std::chrono::hours{10};
    auto out = port_->send(changed, deadline, gate);
    for (auto& o : out)
      if (o.result == d::call_result::unclear) {
        if (bug_ == bug::unknown_taken_for_not_sent)
          o.result = d::call_result::not_done;
        if (bug_ == bug::unknown_taken_for_sent)
          o.result = d::call_result::accepted;
      }
    return out;
  }
  std::chrono::seconds idempotency_window() const override {
    return bug_ == bug::window_ignored ? std::chrono::hours{24} : port_->idempotency_window();
  }
  std::chrono::milliseconds longest_call() const override { return port_->longest_call(); }
  std::size_t max_wave() const override { return port_->max_wave(); }
  std::chrono::milliseconds paused_for() const override { return port_->paused_for(); }

private:
  bug bug_;
  std::unique_ptr<d::email_service> port_;
};

/// Commits what it has handed out, at once or after the next assignment.
class hasty_source final : public d::record_source, d::source_visitor {
public:
  hasty_source(bug b, std::unique_ptr<d::record_source> port) : bug_{b}, port_{std::move(port)} {}

  caf::error poll(std::chrono::milliseconds max_wait, std::size_t max_records,
                  d::source_visitor& visitor) override {
    visitor_ = &visitor;
    auto err = port_->poll(max_wait, max_records, *this);
    if (bug_ == bug::offset_committed_early || bug_ == bug::mail_place_lost)
      commit_seen();
    return err;
  }
  void commit(std::int32_t p, std::int64_t next) override { port_->commit(p, next); }
  void pause(std::int32_t p) override { port_->pause(p); }
  void resume(std::int32_t p) override { port_->resume(p); }
  std::vector<std::pair<std::int32_t, std::int64_t>> lag() override { return port_->lag(); }
  bool connected() const override { return port_->connected(); }
  void close() override { port_->close(); }

  void on_assigned(std::span<const std::int32_t> partitions) override {
    if (bug_ == bug::revoked_results_committed)
      commit_seen();
    visitor_->on_assigned(partitions);
  }
  void on_revoked(std::span<const std::int32_t> partitions) override {
    visitor_->on_revoked(partitions);
  }
  void on_foreign_headers(std::vector<d::record_header> headers) override {
    visitor_->on_foreign_headers(std::move(headers));
  }
  void on_record(std::int32_t p, std::int64_t offset, std::string_view key, std::string_view value,
                 d::origin from, bool stored) override {
    seen_[p] = offset + 1;
    visitor_->on_record(p, offset, key, value, from, stored);
  }
  void on_end(std::int32_t p, std::int64_t position) override { visitor_->on_end(p, position); }
  void on_stopped(const d::stopped_partition& found) override { visitor_->on_stopped(found); }

private:
  void commit_seen() {
    for (auto [p, next] : seen_)
      port_->commit(p, next);
  }
  bug bug_;
  std::unique_ptr<d::record_source> port_;
  d::source_visitor* visitor_ = nullptr;
  std::map<std::int32_t, std::int64_t> seen_;
};

/// Counts one call for two.
class generous_leave final : public d::mail_leave {
public:
  explicit generous_leave(std::shared_ptr<d::mail_leave> leave) : leave_{std::move(leave)} {}
  d::pace_grant take(std::size_t wanted) override { return leave_->take(wanted); }
  millis take_domain(std::string_view address) override { return leave_->take_domain(address); }
  void release(std::size_t count) override { leave_->release(count); }
  std::chrono::nanoseconds start() override {
    const auto hold = is_counted_ ? std::chrono::nanoseconds{} : leave_->start();
    if (hold.count() == 0)
      is_counted_ = !is_counted_;
    return hold;
  }
  void ended(time_point started, std::optional<millis> too_fast) override {
    leave_->ended(started, too_fast);
  }

private:
  std::shared_ptr<d::mail_leave> leave_;
  /// The next one was counted with the last.
  bool is_counted_ = false;
};

class lying_sink final : public d::record_sink {
public:
  explicit lying_sink(std::unique_ptr<d::record_sink> port) : port_{std::move(port)} {}
  bool ready() const override { return port_->ready(); }
  void publish(d::publish_token token, d::outbound_batch_ptr batch) override {
    port_->publish(token, std::move(batch));
  }
  std::vector<d::publish_result> poll(std::chrono::milliseconds max_wait) override {
    auto results = port_->poll(max_wait);
    for (auto& r : results)
      r.error = {};
    return results;
  }
  std::size_t in_flight() const override { return port_->in_flight(); }
  caf::error fatal() const override { return port_->fatal(); }
  std::vector<std::pair<d::publish_token, d::outbound_batch_ptr>> take_unfinished() override {
    return port_->take_unfinished();
  }
  bool connected() const override { return port_->connected(); }

private:
  std::unique_ptr<d::record_sink> port_;
};

} // namespace

std::string_view to_string(bug b) { return names.at(static_cast<std::size_t>(b)); }

std::unique_ptr<d::settlement_store> spoil(bug b, fake::world& w,
                                           std::unique_ptr<d::settlement_store> port) {
  if (b == bug::none)
    return port;
  return std::make_unique<bad_store>(b, w, std::move(port));
}

std::unique_ptr<d::email_service> spoil(bug b, std::unique_ptr<d::email_service> port) {
  if (b == bug::none)
    return port;
  return std::make_unique<bad_mails>(b, std::move(port));
}

std::unique_ptr<d::record_source> spoil(bug b, std::unique_ptr<d::record_source> port) {
  if (b != bug::offset_committed_early && b != bug::revoked_results_committed)
    return port;
  return std::make_unique<hasty_source>(b, std::move(port));
}

std::unique_ptr<d::record_source> spoiled_mail_source(bug b, fake::broker& kafka,
                                                      fake::process_ptr process) {
  using fake::mail_gate;
  auto source = kafka.mail_source(
      std::move(process), b == bug::mails_ahead_of_slips ? mail_gate::open : mail_gate::shut);
  if (b != bug::mail_place_lost)
    return source;
  return std::make_unique<hasty_source>(b, std::move(source));
}

void prepare_mails(bug b, fake::broker& kafka) {
  if (b == bug::mail_group_begins_at_the_end)
    for (std::size_t p = 0; p < kafka.log.size(); ++p)
      kafka.mails.committed[p] = kafka.committed[p];
  kafka.prepare_mails();
}

std::shared_ptr<d::mail_leave> spoil(bug b, std::shared_ptr<d::mail_leave> leave) {
  if (b != bug::rate_counted_twice)
    return leave;
  return std::make_shared<generous_leave>(std::move(leave));
}

std::unique_ptr<d::record_sink> spoil(bug b, std::unique_ptr<d::record_sink> port) {
  if (b != bug::refused_batch_acknowledged)
    return port;
  return std::make_unique<lying_sink>(std::move(port));
}

actors::pool_actor::behavior_type lossy_pool(actors::pool_actor::pointer self,
                                             actors::pool_actor pool) {
  using namespace actors;
  auto answers = std::make_shared<int>(0);
  return {
      [=](settle_batch& work) {
        auto target = work.answer_to;
        auto relay = [=](settled_sink_actor::pointer me, int) -> settled_sink_actor::behavior_type {
          return {[=](const batch_settled& fact) {
            if (++*answers % 3 != 0)
              caf::anon_send(target, fact);
            me->quit();
          }};
        };
        work.answer_to = self->spawn(relay, 0);
        self->send(pool, std::move(work));
      },
      [](const job_done&) {},
      [=](const lane_revoked& lost) { self->send(pool, lost); },
      [](const job_due&) {},
      [](const replace_worker&) {},
      [](watch_workers) {},
      [=](drain d) { return self->delegate(pool, d); },
      [](take_pulse) { return pulse{}; },
  };
}

} // namespace bankslip::sim
