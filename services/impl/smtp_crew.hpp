#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "services/impl/smtp_sender.hpp"
#include "services/services.hpp"

namespace bankslip::services {

/// Hands messages to one SMTP server by as many senders as are worth it. libcurl serves no
/// other connection of a thread while it waits for the answer to a whole message. So one
/// sender has some connections, and where a server takes long for that answer, more senders of
/// one connection share a wave, each on a thread that lives as long as the wave; fewer again
/// for a while where the server refuses a connection.
class smtp_crew {
public:
  smtp_crew(const service_options& options, std::string from);

  /// One outcome for each of `n` messages, as of `smtp_sender::send`; but several threads may
  /// call `write` at once.
  std::vector<call_outcome> send(std::size_t n, const smtp_sender::writer& write,
                                 std::chrono::steady_clock::time_point deadline,
                                 domain::call_gate* gate);

  std::chrono::milliseconds paused_for() const { return senders_.front()->paused_for(); }
  std::size_t most_calls() const { return senders_.front()->most_calls(); }

  /// Senders that share the next wave: with as many messages each has one.
  std::size_t size() const noexcept { return wanted_; }

private:
  /// `messages`: those that were begun. `busy`: how long all senders together were at it.
  void fit(std::size_t messages, std::chrono::nanoseconds busy);

  const service_options options_;
  const std::string from_;
  std::vector<std::unique_ptr<smtp_sender>> senders_;
  std::size_t wanted_ = 1;
  std::chrono::steady_clock::time_point enough_until_{};
};

} // namespace bankslip::services
