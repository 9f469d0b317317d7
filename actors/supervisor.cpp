#include "actors/supervisor.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "domain/error.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::actors {

using domain::errc;
using domain::make_error;

namespace {

using supervisor_pointer = supervisor_actor::stateful_pointer<supervisor_state>;

void start_later(supervisor_pointer self, bool publisher) {
  auto& state = self->state;
  auto& record = publisher ? state.publisher_record : state.consumer_record;
  auto now = std::chrono::steady_clock::now();
  if (now - record.born > state.options.healthy_after)
    record.deaths = 0;
  if (++record.deaths > state.options.max_deaths) {
    state.options.give_up(publisher ? "the publisher keeps dying" : "the consumer keeps dying");
    return;
  }
  auto wait = state.options.min_delay * (1 << std::min(record.deaths - 1, 10));
  self->delayed_send(self, std::min(wait, state.options.max_delay), restart_child{publisher});
}

void start(supervisor_pointer self, bool publisher) {
  auto& state = self->state;
  auto& record = publisher ? state.publisher_record : state.consumer_record;
  record.born = std::chrono::steady_clock::now();
  try {
    if (publisher) {
      state.publisher = state.options.launch_publisher();
      self->monitor(state.publisher);
    } else {
      state.consumer = state.options.launch_consumer();
      self->monitor(state.consumer);
    }
  } catch (const std::exception& e) {
    telemetry::log_error("child not started", {{"error", e.what()}});
    start_later(self, publisher);
  }
}

void on_down(supervisor_pointer self, const caf::down_msg& down) {
  auto& state = self->state;
  bool publisher = state.publisher && state.publisher.address() == down.source;
  bool consumer = state.consumer && state.consumer.address() == down.source;
  if (!publisher && !consumer)
    return;
  if (publisher)
    state.publisher = nullptr;
  else
    state.consumer = nullptr;
  if (state.stopping)
    return;
  auto kind = publisher ? "publisher" : "consumer";
  telemetry::count_restart(kind);
  telemetry::log_error("actor died", {{"actor", kind}, {"error", domain::text_of(down.reason)}});
  start_later(self, publisher);
}

/// Consumers first: what they settle may still want to be published.
caf::result<drained> stop(supervisor_pointer self) {
  auto& state = self->state;
  state.stopping = true;
  auto promise = self->make_response_promise<drained>();
  auto stop_publisher = [=]() mutable {
    auto& s = self->state;
    if (!s.publisher) {
      promise.deliver(drained{});
      return;
    }
    self->request(s.publisher, std::chrono::minutes{60}, drain{})
        .then([=](drained) mutable { promise.deliver(drained{}); },
              [=](caf::error& reason) mutable { promise.deliver(std::move(reason)); });
  };
  if (!state.consumer) {
    stop_publisher();
    return promise;
  }
  self->request(state.consumer, std::chrono::minutes{60}, drain{})
      .then([=](drained) mutable { stop_publisher(); },
            [=](caf::error&) mutable { stop_publisher(); });
  return promise;
}

} // namespace

supervisor_actor::behavior_type supervisor(supervisor_pointer self, supervisor_options options) {
  auto& state = self->state;
  state.options = std::move(options);
  self->set_down_handler([=](caf::down_msg& down) { on_down(self, down); });
  start(self, true);
  return {
      [=](publish_batch& request) -> caf::result<batch_published> {
        auto& publisher = self->state.publisher;
        if (!publisher)
          return make_error(errc::broker_unavailable, "the publisher is being restarted");
        return self->delegate(publisher, std::move(request));
      },
      [=](restart_child child) {
        if (!self->state.stopping)
          start(self, child.publisher);
      },
      [=](drain) { return stop(self); },
  };
}

} // namespace bankslip::actors
