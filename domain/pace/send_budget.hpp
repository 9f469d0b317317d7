#pragma once

#include <chrono>
#include <cstddef>
#include <set>

namespace bankslip::domain {

/// Spreads messages over time: a bucket that fills at the rate and holds the burst. However
/// much it holds, no second gets more than one second's worth, whenever that second begins,
/// so that a provider that counts by the second has no reason to refuse. One thread.
class send_budget {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// `rate`: messages a second, above zero. `burst`: most that may go at once after a time
  /// with fewer; at least one.
  void set(double rate, double burst, time_point now);

  /// How long until the next message may go; zero: now.
  std::chrono::nanoseconds wait(time_point now) const;

  /// A message goes.
  void take(time_point now);

  /// A message that was taken at `taken` may have come in as much later than others do.
  void came_late(time_point taken, std::chrono::nanoseconds by);

  /// Messages for which there will be room until `then`, those saved up included; below zero
  /// while nothing goes.
  double until(time_point then, time_point now) const;

  /// Nothing goes, and nothing is saved up, until `end`.
  void rest_until(time_point end);

private:
  double saved(time_point now) const;
  /// One second's worth.
  std::size_t most() const;

  double rate_ = 1;
  double burst_ = 1;
  double saved_ = 1;
  time_point as_of_{};
  /// When the messages of the last second went, or came in at the latest.
  std::multiset<time_point> gone_;
};

} // namespace bankslip::domain
