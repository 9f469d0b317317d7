#pragma once

#include <chrono>
#include <cstdint>

namespace bankslip::services {

/// Longest wait that a service's Retry-After can ask for.
constexpr std::chrono::seconds longest_retry_after{30};

/// Longest wait at a gate. Rows are locked for a batch, so it ends where the rest would have
/// to wait longer.
constexpr std::chrono::milliseconds longest_hold{500};

/// Wait before the next try after `tries` were made: 50 ms doubled with each
/// try, at most 2 s, times a random part between one half and one; not less
/// than `retry_after`, which counts up to `longest_retry_after` and gets up to
/// a quarter more, so that calls put off together do not come back together.
std::chrono::milliseconds backoff(int tries, std::chrono::milliseconds retry_after,
                                  std::uint32_t random) noexcept;

} // namespace bankslip::services
