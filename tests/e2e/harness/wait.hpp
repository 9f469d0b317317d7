#pragma once

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

namespace bankslip::e2e {

/// Longest wait for anything that must happen: machines that run tests may be
/// busy.
constexpr std::chrono::seconds patience{60};

/// Looks until `happened` says so; throws with `what` when `limit` is over.
inline void wait_until(std::string_view what, const std::function<bool()>& happened,
                       std::chrono::milliseconds limit = patience) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!happened()) {
    if (std::chrono::steady_clock::now() > end)
      throw std::runtime_error("not in time: " + std::string{what});
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
}

} // namespace bankslip::e2e
