#pragma once

#include <chrono>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/expected.hpp>
#include <caf/scoped_actor.hpp>

#include "actors/protocol.hpp"
#include "domain/error.hpp"

namespace bankslip::http {

/// Asks an actor and waits for its answer, at most `timeout`. An actor that is
/// gone or does not answer is an error of CAF's own category.
template <class Reply, class Handle, class Request>
caf::expected<Reply> ask(const caf::scoped_actor& self, const Handle& whom,
                         std::chrono::milliseconds timeout, Request request) {
  caf::expected<Reply> answer{domain::make_error(domain::errc::internal, "no answer")};
  self->request(whom, timeout, std::move(request))
      .receive([&](const Reply& reply) { answer = reply; },
               [&](const caf::error& problem) { answer = problem; });
  return answer;
}

/// The handle of FRONT for the threads of a listener. Thread-safe.
class front_client {
public:
  front_client(caf::actor_system& system, actors::front_actor front,
               std::chrono::milliseconds timeout)
      : system_{system}, front_{std::move(front)}, timeout_{timeout} {}

  template <class Reply, class Request>
  caf::expected<Reply> ask(Request request) const {
    const caf::scoped_actor self{system_};
    return http::ask<Reply>(self, front_, timeout_, std::move(request));
  }

  caf::actor_system& system() const noexcept { return system_; }
  const actors::front_actor& front() const noexcept { return front_; }
  std::chrono::milliseconds timeout() const noexcept { return timeout_; }

private:
  caf::actor_system& system_;
  actors::front_actor front_;
  std::chrono::milliseconds timeout_;
};

} // namespace bankslip::http
