#include "actors/consumer.hpp"

#include <utility>

#include "domain/error.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::actors {

using domain::dependency_kind;
using domain::errc;

namespace {

/// Records taken in one poll, so that answers are not kept waiting.
constexpr std::size_t records_per_poll = 2000;
/// Rest while it has left the group.
constexpr std::chrono::milliseconds outside{250};

} // namespace

consumer_actor::behavior_type consumer(consumer_actor::stateful_pointer<consumer_state> self,
                                       consumer_options options, pool_actor pool) {
  auto& state = self->state;
  state.options = std::move(options);
  state.all_partitions = state.options.partitions;
  state.pool = std::move(pool);
  state.credit.emplace(state.options.max_batches + 1);
  state.outage.emplace(state.options.read_positions, state.options.leave_after);
  state.source = state.options.make_source();
  const auto& stage = *state.options.stage;
  state.link.emplace(stage.lanes);
  state.board.emplace("consumer", stage.consumer, "supervisor");
  state.options.seen->is_away({stage.membership}, "waits for its partitions");
  auto dispatch = [=] {
    auto& s = self->state;
    while (s.drains.empty() && s.credit->available() > 0) {
      auto i = s.next_lane();
      if (i == s.lanes.end())
        return;
      if (s.credit->in_flight() >= s.options.max_batches && i->second.ready.empty())
        return;
      auto batch = i->second.take_batch();
      s.credit->take();
      i->second.in_flight = true;
      i->second.turn = s.next_turn++;
      i->second.ledger.begin(batch->records.front().offset, batch->records.back().offset);
      s.pass_gap(i->first, i->second);
      s.board->works_on("partition " + std::to_string(i->first));
      self->send(s.pool, settle_batch{caf::actor_cast<settled_sink_actor>(self->address()),
                                      i->second.epoch, std::move(batch)});
    }
  };
  // Whoever gets them begins anew: what waits for its lanes would only be in the way.
  auto give_up_lanes = [=] {
    auto& s = self->state;
    for (auto& [partition, l] : s.lanes) {
      self->send(s.pool, lane_revoked{partition, l.epoch});
      s.go_on(partition, l);
      telemetry::forget_partition(partition, s.options.stage->figures);
    }
    s.lanes.clear();
  };
  // Comes back with a new client.
  auto leave_group = [=] {
    auto& s = self->state;
    telemetry::log_warn("consumer leaves its group: the database is away, others get on",
                        {{"mails", s.options.stage == &mail_stage}});
    give_up_lanes();
    s.source->close();
    s.source.reset();
    s.joined = s.seen_all = false;
    s.share();
  };
  auto leave_if_idle = [=] {
    auto& s = self->state;
    if (s.drains.empty() || s.credit->in_flight() > 0)
      return false;
    if (s.source)
      s.source->close();
    for (auto& promise : std::exchange(s.drains, {}))
      promise.deliver(drained{});
    self->quit();
    return true;
  };
  self->send(self, poll_now{});
  return {
      [=](poll_now) {
        auto& s = self->state;
        if (s.source && s.is_cut_off())
          leave_group();
        else if (!s.source && s.options.seen->why_away(dependency_kind::database).empty())
          s.source = s.options.make_source();
        if (!s.source) {
          s.show(s.options.time->steady_now());
          if (!leave_if_idle())
            self->delayed_send(self, outside, poll_now{});
          return;
        }
        auto wait = s.credit->in_flight() > 0 ? s.options.busy_wait : s.options.idle_wait;
        auto err = s.source->poll(wait, records_per_poll, s);
        for (const auto& lost : std::exchange(s.revoked, {}))
          self->send(s.pool, lost);
        if (domain::code_of(err) == errc::client_fatal) {
          telemetry::log_error("consumer must be replaced", {{"error", domain::text_of(err)}});
          give_up_lanes();
          for (auto& promise : std::exchange(s.drains, {}))
            promise.deliver(err);
          self->quit(std::move(err));
          return;
        }
        if (err)
          telemetry::log_debug("consumer", {{"error", domain::text_of(err)}});
        dispatch();
        s.balance();
        s.show(s.options.time->steady_now());
        if (leave_if_idle())
          return;
        if (s.options.poll_pause.count() == 0)
          self->send(self, poll_now{});
        else
          self->delayed_send(self, s.options.poll_pause, poll_now{});
      },
      [=](const batch_settled& fact) {
        self->state.settled(fact);
        dispatch();
      },
      [=](drain) -> caf::result<drained> {
        auto promise = self->make_response_promise<drained>();
        self->state.drains.push_back(promise);
        leave_if_idle();
        return promise;
      },
  };
}

} // namespace bankslip::actors
