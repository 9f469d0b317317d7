#include "actors/publisher.hpp"

#include <utility>

#include "domain/error.hpp"
#include "telemetry/crash_point.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::actors {

using domain::errc;
using domain::make_error;

void publisher_state::show() {
  auto in_flight = static_cast<std::int64_t>(promises.size());
  link.set(in_flight, static_cast<std::int64_t>(options.max_waiting) - in_flight);
  telemetry::set_queue_length("publisher", static_cast<std::int64_t>(waiting.size()));
  options.seen->report({domain::dependency_kind::broker},
                       sink->connected() ? "" : "no broker connection");
}

void publisher_state::feed() {
  while (!waiting.empty() && sink->ready()) {
    sink->publish(waiting.front().first, std::move(waiting.front().second));
    waiting.pop_front();
    telemetry::crash_point("produce");
  }
}

void publisher_state::poll() {
  auto results = sink->poll(idle() ? std::chrono::milliseconds{0} : options.poll_wait);
  for (auto& result : results) {
    auto i = promises.find(result.token);
    if (i == promises.end())
      continue;
    if (result.error) {
      telemetry::log_warn("batch not published", {{"error", domain::text_of(result.error)}});
      i->second.deliver(std::move(result.error));
    } else {
      fatal_in_a_row = 0;
      telemetry::crash_point("delivery_report");
      i->second.deliver(batch_published{});
    }
    promises.erase(i);
  }
  feed();
  board.queue_length(static_cast<std::int64_t>(promises.size()));
  show();
}

bool publisher_state::renew_sink() {
  auto reason = sink->fatal();
  telemetry::log_error("producer must be replaced", {{"error", domain::text_of(reason)}});
  telemetry::count_restart("publisher");
  board.restarts(++renewals);
  if (++fatal_in_a_row > options.max_fatal)
    return false;
  auto unfinished = sink->take_unfinished();
  sink.reset();
  sink = options.make_sink();
  waiting.insert(waiting.begin(), std::make_move_iterator(unfinished.begin()),
                 std::make_move_iterator(unfinished.end()));
  feed();
  return true;
}

// A promise that is dropped says nothing: its requester would wait for a time-out.
void publisher_state::answer_all(const caf::error& reason) {
  for (auto& entry : std::exchange(promises, {}))
    entry.second.deliver(reason);
  for (auto& asked : std::exchange(drains, {}))
    asked.deliver(reason);
}

publisher_actor::behavior_type publisher(publisher_actor::stateful_pointer<publisher_state> self,
                                         publisher_options options) {
  self->state.options = std::move(options);
  self->state.sink = self->state.options.make_sink();
  auto schedule = [=](bool busy) {
    auto& state = self->state;
    auto pause = busy ? state.options.poll_pause : state.options.idle_pause;
    state.resting = !busy;
    ++state.round;
    if (pause.count() == 0)
      self->send(self, poll_now{state.round});
    else
      self->delayed_send(self, pause, poll_now{state.round});
  };
  schedule(true);
  return {
      [=](const publish_batch& request) -> caf::result<batch_published> {
        auto& state = self->state;
        if (!state.drains.empty())
          return make_error(errc::shutting_down, "the publisher is stopping");
        if (state.waiting.size() >= state.options.max_waiting)
          return make_error(errc::overloaded, "too many batches wait for the broker");
        domain::publish_token token{state.next_token++};
        auto promise = self->make_response_promise<batch_published>();
        state.promises.emplace(token, promise);
        state.waiting.emplace_back(token, request.batch);
        state.feed();
        if (state.resting)
          schedule(true);
        return promise;
      },
      [=](poll_now reminder) {
        auto& state = self->state;
        if (reminder.round != state.round)
          return;
        state.poll();
        if (state.sink->fatal() && !state.renew_sink()) {
          auto reason = make_error(errc::client_fatal, "new producers keep failing");
          state.answer_all(reason);
          self->quit(std::move(reason));
          return;
        }
        if (state.idle())
          for (auto& promise : std::exchange(state.drains, {}))
            promise.deliver(drained{});
        schedule(!state.idle());
      },
      [=](drain) -> caf::result<drained> {
        auto& state = self->state;
        if (state.idle())
          return drained{};
        auto promise = self->make_response_promise<drained>();
        state.drains.push_back(promise);
        return promise;
      },
  };
}

} // namespace bankslip::actors
