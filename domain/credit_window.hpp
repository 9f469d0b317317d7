#pragma once

#include <cstddef>
#include <stdexcept>

namespace bankslip::domain {

/// How much work may be under way at once on one link between two actors.
/// Credit is taken before work is handed on and given back by its answer.
/// Owned by the side that hands on; not thread-safe.
class credit_window {
public:
  explicit credit_window(std::size_t size) noexcept : size_{size} {}

  /// Takes `n` units, or none when fewer than `n` are left.
  bool take(std::size_t n = 1) noexcept {
    if (n > available())
      return false;
    in_flight_ += n;
    return true;
  }

  /// Gives `n` units back. Throws std::logic_error when fewer are under way:
  /// an answer was counted twice.
  void give_back(std::size_t n = 1) {
    if (n > in_flight_)
      throw std::logic_error("more credit was given back than taken");
    in_flight_ -= n;
  }

  /// Units that may still be taken.
  std::size_t available() const noexcept { return size_ - in_flight_; }

  /// Units taken and not given back.
  std::size_t in_flight() const noexcept { return in_flight_; }

  /// Units in all.
  std::size_t size() const noexcept { return size_; }

private:
  std::size_t size_;
  std::size_t in_flight_ = 0;
};

} // namespace bankslip::domain
