#pragma once

#include <cstdint>

namespace bankslip::sim {

/// Chance from a seed (SplitMix64).
class dice {
public:
  explicit dice(std::uint64_t seed) : state_{seed} {}
  std::uint64_t next() {
    auto z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }
  /// 0 to n - 1.
  std::uint64_t below(std::uint64_t n) { return n == 0 ? 0 : next() % n; }
  int between(int low, int high) {
    return low + static_cast<int>(below(static_cast<std::uint64_t>(high - low + 1)));
  }
  /// True in `per_10000` of 10000 cases.
  bool chance(int per_10000) {
    return per_10000 > 0 && below(10'000) < static_cast<std::uint64_t>(per_10000);
  }

private:
  std::uint64_t state_;
};

} // namespace bankslip::sim
