#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "domain/availability.hpp"
#include "domain/time.hpp"

namespace bankslip::services {

/// The answer of the breaker to a caller that wants to start a call.
enum class permission {
  /// Closed: go on.
  go,
  /// Half-open and nobody else tries: this call is the probe.
  probe,
  /// Half-open, another call is the probe: ask again soon.
  wait,
  /// Open.
  stop,
};

/// Circuit breaker of one service, shared by all workers of the process.
/// Opens after a number of failures in a row; after a pause it lets one call
/// through, whose outcome closes it or starts the next pause. Shows itself in
/// metrics and readiness. Thread-safe.
class circuit_breaker {
public:
  using millis = std::chrono::milliseconds;

  /// Reports `service` to `seen`; its name is the label in metrics.
  circuit_breaker(domain::dependency_kind service, int failures, millis pause,
                  const domain::clock& clock, std::shared_ptr<domain::availability> seen);

  permission ask();

  /// The service answered, whatever it said about the debt.
  void succeeded();

  /// A call failed because of the service. A pause that this failure begins
  /// lasts at least `at_least` (Retry-After), at most half a minute.
  void failed(std::string_view reason, millis at_least = millis{0});

  /// Time until calls are let through, or until the probe under way should have told; zero
  /// when closed, or when a probe may begin.
  millis paused_for() const;

  /// Calls worth starting: no bound while it is closed, else the one that probes.
  std::size_t most_calls() const;

  /// Why it is open; empty when closed.
  std::string reason() const;

private:
  using time_point = std::chrono::steady_clock::time_point;

  enum class state { closed, open, probing };

  void open(std::string_view reason, millis at_least);

  const domain::dependency_kind service_;
  const int limit_;
  const millis pause_;
  const domain::clock& clock_;
  const std::shared_ptr<domain::availability> seen_;
  mutable std::mutex mutex_;
  state state_ = state::closed;
  int failures_ = 0;
  time_point open_until_{};
  time_point probe_began_{};
  std::string reason_;
};

/// The process's breaker of `service` at `url`; made at the first call with
/// these settings.
std::shared_ptr<circuit_breaker> shared_breaker(domain::dependency_kind service,
                                                std::string_view url, int failures,
                                                std::chrono::milliseconds pause,
                                                std::shared_ptr<domain::availability> seen);

} // namespace bankslip::services
