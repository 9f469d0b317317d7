#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace bankslip::domain {

/// Finds the rate that a provider allows. It starts low and doubles until the first refusal;
/// with most providers that comes when a second's worth is used up, so what was taken in that
/// second is the first guess. From there it is felt for by steps that double, and goes back to
/// the last rate that was not refused, until a small step is refused. Then more is tried only
/// now and then, since a provider may make all wait for one message too many. One thread.
class rate_finder {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// `most` is never exceeded, and believed until the provider refuses something; infinite:
  /// not known.
  explicit rate_finder(double most);

  /// Sets another bound. The rate that was found becomes larger by the factor `part`: it is
  /// this process's part of a whole, which has become another one.
  void set_most(double most, double part);

  /// A message goes.
  void sent(time_point now);

  /// A message that went at `started` was one too many for the provider, which is left
  /// alone until `pause_ends`. `taken`: most that it took in one second just before.
  void too_fast(time_point now, time_point started, time_point pause_ends, std::size_t taken);

  /// Answers of the pause have shown that it took so many.
  void took(std::size_t taken);

  /// Messages a second.
  double rate() const noexcept { return rate_; }

  /// Refusals in a row, each soon after the one before.
  int cuts_in_a_row() const noexcept { return cuts_; }

  /// Whether the provider has refused something: the rate follows from that.
  bool was_refused() const noexcept { return phase_ != phase::starting; }

private:
  enum class phase : std::uint8_t { starting, searching, found };

  void raise();
  void search();
  void guess(std::size_t taken);
  std::chrono::milliseconds interval() const noexcept;

  double most_;
  double rate_;
  phase phase_ = phase::starting;
  /// The rate at which the last refusal came; zero unless `rate_` is a guess by that.
  double guessed_from_ = 0;
  /// Share of the rate by which it is raised next, and was raised last.
  double step_ = 0;
  double raised_by_ = 0;
  /// Share by which it was lowered last.
  double cut_ = 0;
  /// Raises since the last cut.
  int raises_ = 0;
  int cuts_ = 0;
  /// Refusals since the search began. Each lets it end with a larger step: others may be
  /// searching too.
  int searches_ = 0;
  time_point pause_ended_{};
  /// `sent_` messages went since then, by which the use of the rate is told.
  time_point since_{};
  std::size_t sent_ = 0;
};

} // namespace bankslip::domain
