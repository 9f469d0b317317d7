#include "actors/supervisor.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "domain/error.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::actors {

using domain::errc;
using domain::make_error;

namespace {

using supervisor_pointer = supervisor_actor::stateful_pointer<supervisor_state>;

constexpr std::array<const char*, 3> kinds{"publisher", "consumer", "mail_consumer"};

constexpr std::size_t index_of(supervised child) noexcept {
  return static_cast<std::size_t>(child);
}

void start_later(supervisor_pointer self, supervised child) {
  auto& state = self->state;
  auto& record = state.records[index_of(child)];
  auto now = std::chrono::steady_clock::now();
  if (now - record.born > state.options.healthy_after)
    record.deaths = 0;
  if (++record.deaths > state.options.max_deaths) {
    state.options.give_up("the " + std::string{kinds[index_of(child)]} + " keeps dying");
    return;
  }
  auto wait = state.options.min_delay * (1 << std::min(record.deaths - 1, 10));
  self->delayed_send(self, std::min(wait, state.options.max_delay), restart_child{child});
}

void launch(supervisor_pointer self, supervised child) {
  auto& state = self->state;
  switch (child) {
    case supervised::publisher:
      state.publisher = state.options.launch_publisher();
      return self->monitor(state.publisher);
    case supervised::consumer:
      state.consumer = state.options.launch_consumer();
      return self->monitor(state.consumer);
    case supervised::mail_consumer:
      state.mail_consumer = state.options.launch_mail_consumer();
      return self->monitor(state.mail_consumer);
  }
}

void start(supervisor_pointer self, supervised child) {
  self->state.records[index_of(child)].born = std::chrono::steady_clock::now();
  try {
    launch(self, child);
  } catch (const std::exception& e) {
    telemetry::log_error("child not started", {{"error", e.what()}});
    start_later(self, child);
  }
}

/// Forgets the handle of the child that has died, if it was one.
std::optional<supervised> forget(supervisor_state& state, const caf::actor_addr& dead) {
  const auto was = [&dead](auto& child) {
    if (!child || child.address() != dead)
      return false;
    child = nullptr;
    return true;
  };
  if (was(state.publisher))
    return supervised::publisher;
  if (was(state.consumer))
    return supervised::consumer;
  if (was(state.mail_consumer))
    return supervised::mail_consumer;
  return std::nullopt;
}

void on_down(supervisor_pointer self, const caf::down_msg& down) {
  auto child = forget(self->state, down.source);
  if (!child || self->state.stopping)
    return;
  auto kind = kinds[index_of(*child)];
  telemetry::count_restart(kind);
  telemetry::log_error("actor died", {{"actor", kind}, {"error", domain::text_of(down.reason)}});
  start_later(self, *child);
}

/// Consumers first: what they settle may still want to be published.
caf::result<drained> stop(supervisor_pointer self) {
  auto& state = self->state;
  state.stopping = true;
  auto promise = self->make_response_promise<drained>();
  auto consumers = std::make_shared<int>(1);
  auto stop_publisher = [=]() mutable {
    auto& s = self->state;
    if (--*consumers > 0)
      return;
    if (!s.publisher) {
      promise.deliver(drained{});
      return;
    }
    self->request(s.publisher, std::chrono::minutes{60}, drain{})
        .then([=](drained) mutable { promise.deliver(drained{}); },
              [=](caf::error& reason) mutable { promise.deliver(std::move(reason)); });
  };
  for (const auto& consumer : {state.consumer, state.mail_consumer}) {
    if (!consumer)
      continue;
    ++*consumers;
    self->request(consumer, std::chrono::minutes{60}, drain{})
        .then([=](drained) mutable { stop_publisher(); },
              [=](caf::error&) mutable { stop_publisher(); });
  }
  stop_publisher();
  return promise;
}

} // namespace

supervisor_actor::behavior_type supervisor(supervisor_pointer self, supervisor_options options) {
  auto& state = self->state;
  state.options = std::move(options);
  self->set_down_handler([=](caf::down_msg& down) { on_down(self, down); });
  start(self, supervised::publisher);
  return {
      [=](publish_batch& request) -> caf::result<batch_published> {
        auto& publisher = self->state.publisher;
        if (!publisher)
          return make_error(errc::broker_unavailable, "the publisher is being restarted");
        return self->delegate(publisher, std::move(request));
      },
      [=](restart_child child) {
        if (!self->state.stopping)
          start(self, child.child);
      },
      [=](drain) { return stop(self); },
      [](take_pulse) { return pulse{}; },
  };
}

} // namespace bankslip::actors
