#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <queue>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "services/impl/judge.hpp"

namespace bankslip::services {

/// Which calls of a batch are to be made next: fresh ones in order, failed
/// ones again after a backoff, none more often than `tries`, none for which
/// the deadline comes first. Pure bookkeeping; one thread.
class call_queue {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// `unclear_for`: a call whose try was unclear is not tried again later than
  /// this after its first try.
  call_queue(std::size_t calls, int tries, time_point deadline, std::uint32_t seed,
             std::chrono::milliseconds unclear_for = std::chrono::hours{24});

  /// The next call that may be started at `now`.
  std::optional<std::size_t> next(time_point now);

  /// When a call put off is due next; the deadline when there is none.
  time_point next_due() const noexcept;

  /// Whether anything could still be started.
  bool waiting() const noexcept { return fresh_ < outcomes_.size() || !again_.empty(); }

  /// Takes the result of a try. `not_done` and `unclear` are tried again
  /// while tries and time are left. Answers whether the call has ended.
  bool finish(std::size_t i, call_result result, std::string reason,
              std::chrono::milliseconds retry_after, time_point now);

  /// Takes the result of a try that is the last one, whatever it says.
  void end(std::size_t i, call_result result, std::string reason);

  /// The service asks for a slower pace: this call ends with that, and the others as by
  /// `hold_up`.
  void slow_down(std::size_t i, std::string reason, std::chrono::milliseconds retry_after);

  /// Ends everything that is not under way because of the pace: what was never tried, or not
  /// done by any try, as `too_fast`.
  void hold_up(const std::string& reason);

  /// Gives back a call that was taken from `next` but not started.
  void put_back(std::size_t i, time_point now);

  /// Ends everything that is not under way; what was never tried gets
  /// `reason`.
  void abandon(const std::string& reason);

  /// One outcome for each call, not `begun` where it was never tried; `unclear` stays once
  /// any try was unclear, unless a later one was accepted.
  std::vector<call_outcome> take() { return std::move(outcomes_); }

private:
  using due = std::pair<time_point, std::size_t>;

  std::vector<call_outcome> outcomes_;
  std::vector<std::uint8_t> tried_;
  std::vector<time_point> first_tried_;
  std::size_t fresh_ = 0;
  std::priority_queue<due, std::vector<due>, std::greater<>> again_;
  int tries_;
  time_point deadline_;
  std::chrono::milliseconds unclear_for_;
  std::minstd_rand random_;
};

} // namespace bankslip::services
