#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace bankslip::domain {

/// Finds the rate that a provider allows from what it refuses: the rate is lowered by a
/// share on its word and raised again in small steps; a bound that was set is believed more
/// than a rate that was felt for. Steps become finer the nearer the limit is known. Once it
/// is known, more is tried only now and then, since a provider may make all wait for one
/// message too many. One thread.
class rate_finder {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// `most` is never exceeded; without it the rate is felt for from a low one on.
  explicit rate_finder(double most);

  /// Sets another bound. What was found becomes larger by the factor `part`: the rate is
  /// this process's part of a whole, which has become another one.
  void set_most(double most, double part);

  /// `count` messages go.
  void sent(std::size_t count, time_point now);

  /// So many of them did not go.
  void not_sent(std::size_t count) { sent_ -= std::min(count, sent_); }

  /// A message that was granted at `granted` was one too many for the provider, which is
  /// left alone until `pause_ends`; `taken` is what it took in the last second.
  void too_fast(time_point now, time_point granted, time_point pause_ends, std::size_t taken);

  /// Messages a second.
  double rate() const noexcept { return rate_; }

  /// Refusals in a row, each soon after the one before.
  int cuts_in_a_row() const noexcept { return cuts_; }

  /// Whether the provider has refused something: the rate follows from that.
  bool was_refused() const noexcept { return phase_ != phase::starting; }

private:
  enum class phase : std::uint8_t { starting, searching, found };

  void raise();
  std::chrono::milliseconds interval() const noexcept;

  double most_;
  double rate_;
  phase phase_ = phase::starting;
  /// Share of the rate by which it is raised next.
  double step_ = 0;
  /// Share by which it was lowered last.
  double cut_ = 0;
  /// Raises since the last cut.
  int raises_ = 0;
  int cuts_ = 0;
  time_point pause_ended_{};
  /// `sent_` messages went since then, by which the use of the rate is told.
  time_point since_{};
  std::size_t sent_ = 0;
};

} // namespace bankslip::domain
