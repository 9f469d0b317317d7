#include "domain/pace/rate_finder.hpp"

#include <algorithm>
#include <cmath>

namespace bankslip::domain {

namespace {

using namespace std::chrono_literals;

constexpr double first_rate = 100;
constexpr double least_rate = 0.2;

// Shares of the rate. A probe that fails costs a pause, so the last cut leaves room for a
// few that succeed.
constexpr double finest_step = 0.004;
constexpr double coarsest_step = 0.064;
constexpr double fastest_step = 0.25;
constexpr double finest_cut = 0.0125;
constexpr double coarsest_cut = 0.5;

// So many steps fit into the room that the finest cut leaves.
constexpr int raises_of_room = 5;

// A refusal so soon after a cut says that the cut was too small.
constexpr auto soon = 10s;

} // namespace

rate_finder::rate_finder(double most)
    : most_{most}, rate_{std::isfinite(most) ? most : first_rate} {}

void rate_finder::set_most(double most, double part) {
  most_ = most;
  auto grown = phase_ == phase::starting && std::isfinite(most) ? most : rate_ * part;
  rate_ = std::clamp(grown, std::min(least_rate, most), most);
}

std::chrono::milliseconds rate_finder::interval() const noexcept {
  switch (phase_) {
    case phase::starting:
      return 500ms;
    case phase::searching:
      return 2s;
    case phase::found:
      break;
  }
  // Where more was there each time, the limit has moved.
  return raises_ < raises_of_room ? 60s : 10s;
}

void rate_finder::sent(std::size_t count, time_point now) {
  if (since_ == time_point{})
    since_ = now;
  sent_ += count;
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
  if (phase_ == phase::starting) {
    rate_ *= 2;
  } else {
    if (raises_ >= raises_of_room)
      step_ = std::min(step_ * 2, fastest_step);
    rate_ *= 1 + step_;
  }
  rate_ = std::min(rate_, most_);
  ++raises_;
}

void rate_finder::too_fast(time_point now, time_point granted, time_point pause_ends,
                           std::size_t taken) {
  // What was granted before the last pause is no news.
  const bool is_news = granted >= pause_ended_;
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
  cuts_ = again ? cuts_ + 1 : 1;
  if (phase_ == phase::starting && rate_ >= most_) {
    // A rate that was set is believed once: calls may just have come closer together than
    // they went.
    cut_ = coarsest_step / 2;
    step_ = finest_step;
    rate_ *= 1 - finest_cut;
  } else if (phase_ == phase::starting) {
    // It was doubled once too often; or the provider is busy with others.
    cut_ = coarsest_cut;
    step_ = coarsest_step;
    rate_ = std::clamp(0.6 * static_cast<double>(taken), rate_ / 8, rate_);
  } else {
    cut_ = again ? std::min(coarsest_cut, 2 * cut_) : std::max(step_ + 0.002, finest_cut);
    step_ = std::clamp(again && cut_ > 0.1 ? cut_ / 4 : step_ / 4, finest_step, coarsest_step);
    rate_ *= 1 - cut_;
  }
  phase_ = step_ <= finest_step ? phase::found : phase::searching;
  rate_ = std::max(rate_, std::min(least_rate, most_));
  raises_ = 0;
}

} // namespace bankslip::domain
