#include "services/impl/retry.hpp"

#include <algorithm>

namespace bankslip::services {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_wait{50};
constexpr milliseconds longest_wait{2'000};

/// `whole` times `random` / 2^32.
milliseconds part_of(milliseconds whole, std::uint32_t random) noexcept {
  const auto product = static_cast<std::uint64_t>(whole.count()) * random;
  return milliseconds{static_cast<std::int64_t>(product >> 32)};
}

} // namespace

milliseconds backoff(int tries, milliseconds retry_after, std::uint32_t random) noexcept {
  const auto doubled = std::min(longest_wait, first_wait * (1 << std::clamp(tries - 1, 0, 20)));
  const auto wait = doubled / 2 + part_of(doubled / 2, random);
  const auto asked = std::min<milliseconds>(retry_after, longest_retry_after);
  if (asked <= milliseconds{0})
    return wait;
  return std::max(wait, asked + part_of(asked / 4, random));
}

} // namespace bankslip::services
