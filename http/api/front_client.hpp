#pragma once

#include <chrono>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/expected.hpp>
#include <caf/message.hpp>

#include "actors/protocol.hpp"

namespace bankslip::http {

/// Asks actors for threads that are none, and lets them wait for the answers, which all
/// come to one address. Thread-safe; copies share the address.
class front_client {
public:
  front_client(caf::actor_system& system, actors::front_actor front,
               std::chrono::milliseconds timeout);

  /// Asks FRONT and waits for its answer. An actor that is gone or does not answer in
  /// time is an error of CAF's own category.
  template <class Reply, class Request>
  caf::expected<Reply> ask(Request request) const {
    return ask<Reply>(front_, timeout_, std::move(request));
  }
  /// Asks any other actor.
  template <class Reply, class Handle, class Request>
  caf::expected<Reply> ask(const Handle& whom, std::chrono::milliseconds timeout,
                           Request request) const {
    caf::message answer = wait_for_answer(caf::actor_cast<caf::strong_actor_ptr>(whom), timeout,
                                          caf::make_message(std::move(request)));
    if (answer.match_elements<Reply>())
      return std::move(answer.get_mutable_as<Reply>(0));
    return error_in(answer);
  }

  caf::actor_system& system() const noexcept { return *address_->home_system; }
  const actors::front_actor& front() const noexcept { return front_; }
  std::chrono::milliseconds timeout() const noexcept { return timeout_; }

private:
  caf::message wait_for_answer(const caf::strong_actor_ptr& whom, std::chrono::milliseconds timeout,
                               caf::message request) const;
  static caf::error error_in(const caf::message& answer);

  actors::front_actor front_;
  std::chrono::milliseconds timeout_;
  caf::strong_actor_ptr address_;
};

} // namespace bankslip::http
