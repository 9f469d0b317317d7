#pragma once

#include <chrono>
#include <cstddef>
#include <deque>

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

  /// Messages that may go now.
  std::size_t free(time_point now) const;

  /// How long until `count` may go, or as many as may ever go at once; zero: now.
  std::chrono::nanoseconds wait(std::size_t count, time_point now) const;

  void take(std::size_t count, time_point now);

  /// So many of those taken did not go.
  void give_back(std::size_t count);

  /// Nothing goes, and nothing is saved up, until `end`.
  void rest_until(time_point end);

  /// Messages of the second that ends now.
  std::size_t last_second(time_point now) const;

private:
  double saved(time_point now) const;
  std::size_t most_of_a_second() const;

  double rate_ = 1;
  double burst_ = 1;
  double saved_ = 1;
  time_point as_of_{};
  /// When the messages of the last second went.
  std::deque<time_point> gone_;
};

} // namespace bankslip::domain
