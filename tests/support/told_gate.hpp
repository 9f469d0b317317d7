#pragma once

#include <mutex>

#include "domain/service_ports.hpp"

namespace bankslip::tests {

/// Lets calls start with a span between them, and remembers what it was told.
struct told_gate final : domain::call_gate {
  std::chrono::milliseconds apart{0};
  /// Those behind would wait for a second.
  std::size_t most = SIZE_MAX;
  std::size_t started = 0;
  std::size_t done = 0;
  std::size_t too_fast = 0;

  std::chrono::nanoseconds start() override {
    std::lock_guard guard{mutex_};
    const auto now = std::chrono::steady_clock::now();
    if (started == most)
      return std::chrono::seconds{1};
    if (now < next_)
      return next_ - now;
    ++started;
    next_ = now + apart;
    return {};
  }

  void ended(time_point at, std::optional<std::chrono::milliseconds> pause) override {
    std::lock_guard guard{mutex_};
    static_cast<void>(at);
    ++(pause ? too_fast : done);
  }

private:
  std::mutex mutex_;
  time_point next_{};
};

} // namespace bankslip::tests
