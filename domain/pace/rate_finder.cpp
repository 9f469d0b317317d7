#include "domain/pace/rate_finder.hpp"

#include <algorithm>
#include <cmath>

namespace bankslip::domain {

namespace {

using namespace std::chrono_literals;

constexpr double first_rate = 100;
constexpr double least_rate = 0.2;

// Shares of the rate. Below what was refused some room is left for calls that come in closer
// together than they start.
constexpr double headroom = 0.01;
constexpr double first_step = 0.01;
constexpr double largest_step = 0.5;
// A limit is known where no larger step lies between what was refused and what was not.
constexpr double known_step = 0.04;
constexpr double finest_step = 0.004;
constexpr double finest_cut = 0.0125;
constexpr double coarsest_cut = 0.5;

// A guess that is far too low, since the provider refused for other reasons, must not take long
// to mend.
constexpr double most_guessed_away = 16;

// After so many raises without a refusal the limit has moved up; after so many cuts without a
// raise it has moved down.
constexpr int raises_of_room = 5;
constexpr int cuts_of_room = 3;

// A refusal so soon after a cut says that the cut was too small.
constexpr auto soon = 10s;

} // namespace

rate_finder::rate_finder(double most)
    : most_{most}, rate_{std::isfinite(most) ? most : first_rate} {}

void rate_finder::set_most(double most, double part) {
  most_ = most;
  auto grown = phase_ == phase::starting && std::isfinite(most) ? most : rate_ * part;
  rate_ = std::clamp(grown, std::min(least_rate, most), most);
  guessed_from_ *= part;
}

std::chrono::milliseconds rate_finder::interval() const noexcept {
  switch (phase_) {
    case phase::starting:
      return 200ms;
    case phase::searching:
      // A second's count of the new rate is full by then, whenever it began.
      return 2500ms;
    case phase::found:
      break;
  }
  return 60s;
}

void rate_finder::sent(time_point now) {
  if (since_ == time_point{})
    since_ = now;
  ++sent_;
  auto span = now - since_;
  if (span < interval())
    return;
  // A rate that nobody uses need not be higher.
  auto usable = rate_ * std::chrono::duration<double>{span}.count();
  if (static_cast<double>(sent_) >= 0.8 * usable)
    raise();
  since_ = now;
  sent_ = 0;
}

void rate_finder::raise() {
  if (phase_ == phase::found && ++raises_ > raises_of_room)
    search();
  const auto raised = std::min(rate_ * (1 + (phase_ == phase::starting ? 1 : step_)), most_);
  raised_by_ = raised / rate_ - 1;
  rate_ = raised;
  if (phase_ == phase::searching) {
    ++raises_;
    step_ = std::min(2 * step_, largest_step);
  }
}

void rate_finder::search() {
  phase_ = phase::searching;
  searches_ = 0;
}

void rate_finder::guess(std::size_t taken) {
  rate_ = std::clamp(static_cast<double>(taken) * (1 - headroom), guessed_from_ / most_guessed_away,
                     guessed_from_ * (1 - cut_));
  rate_ = std::max(rate_, std::min(least_rate, most_));
}

void rate_finder::took(std::size_t taken) {
  if (guessed_from_ > 0)
    guess(taken);
}

void rate_finder::too_fast(time_point now, time_point started, time_point pause_ends,
                           std::size_t taken) {
  // A call that started before the last pause brings no news.
  const bool is_news = started >= pause_ended_;
  const bool again = now < pause_ended_ + soon && raises_ == 0;
  const auto used = static_cast<double>(sent_);
  const auto span = std::chrono::duration<double>{now - since_}.count();
  since_ = std::max(since_, pause_ends);
  sent_ = 0;
  pause_ended_ = std::max(pause_ended_, pause_ends);
  if (!is_news)
    return;
  // Of a rate that was not used a share means nothing.
  if (span > 2 && used < rate_ * span / 2)
    rate_ = used / span;
  guessed_from_ = 0;
  cuts_ = again ? cuts_ + 1 : 1;
  cut_ = !again ? phase_ == phase::found ? finest_cut : headroom : std::min(coarsest_cut, 2 * cut_);
  const auto before = rate_;
  // What was sent before the last raise was not too much.
  if (phase_ == phase::searching && !again)
    rate_ /= 1 + raised_by_;
  if (phase_ != phase::starting)
    phase_ =
        (again ? cut_ : raised_by_) <= ++searches_ * known_step ? phase::found : phase::searching;
  rate_ *= 1 - cut_;
  const bool has_fallen = cuts_ > cuts_of_room && static_cast<double>(taken) < 0.9 * rate_;
  if (phase_ == phase::starting || has_fallen) {
    guessed_from_ = before;
    guess(taken);
    search();
  }
  step_ = phase_ == phase::found ? finest_step : first_step;
  rate_ = std::max(rate_, std::min(least_rate, most_));
  raises_ = 0;
}

} // namespace bankslip::domain
