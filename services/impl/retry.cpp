#include "services/impl/retry.hpp"

#include <algorithm>

namespace bankslip::services {

namespace {

constexpr std::int64_t first_ms = 50;
constexpr std::int64_t longest_ms = 2'000;

/// `whole` times `random` / 2^32.
std::int64_t part_of(std::int64_t whole, std::uint32_t random) noexcept {
  return static_cast<std::int64_t>((static_cast<std::uint64_t>(whole) * random) >> 32);
}

} // namespace

std::chrono::milliseconds backoff(int tries, std::chrono::milliseconds retry_after,
                                  std::uint32_t random) noexcept {
  auto doubled = std::min(longest_ms, first_ms << std::clamp(tries - 1, 0, 20));
  auto wait = doubled / 2 + part_of(doubled / 2, random);
  std::chrono::milliseconds asked{std::min<std::int64_t>(
      retry_after.count(), std::chrono::milliseconds{longest_retry_after}.count())};
  if (asked.count() > 0)
    wait = std::max(wait, asked.count() + part_of(asked.count() / 4, random));
  return std::chrono::milliseconds{wait};
}

} // namespace bankslip::services
