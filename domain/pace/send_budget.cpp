#include "domain/pace/send_budget.hpp"

#include <algorithm>
#include <cmath>

namespace bankslip::domain {

namespace {

using std::chrono::nanoseconds;
using seconds_of = std::chrono::duration<double>;

constexpr std::chrono::seconds one_second{1};

// A bucket that is a rounding error short of a message has it.
constexpr double rounding = 1e-6;

} // namespace

void send_budget::set(double rate, double burst, time_point now) {
  burst = std::max(burst, 1.0);
  saved_ = std::min(saved(now), burst);
  as_of_ = std::max(as_of_, now);
  rate_ = rate;
  burst_ = burst;
}

double send_budget::saved(time_point now) const {
  if (now <= as_of_)
    return saved_;
  return std::min(burst_, saved_ + seconds_of{now - as_of_}.count() * rate_);
}

std::size_t send_budget::most() const {
  return static_cast<std::size_t>(std::ceil(std::max(rate_, burst_) - rounding));
}

nanoseconds send_budget::wait(time_point now) const {
  auto out = std::max<nanoseconds>(as_of_ - now, nanoseconds{0});
  if (auto lacks = 1 - saved(now); lacks > rounding)
    out += std::chrono::ceil<nanoseconds>(seconds_of{lacks / rate_});
  if (gone_.size() >= most()) {
    const auto in_the_way = std::next(gone_.begin(), static_cast<long>(gone_.size() - most()));
    out = std::max<nanoseconds>(out, *in_the_way + one_second - now);
  }
  return out;
}

void send_budget::take(time_point now) {
  saved_ = saved(now) - 1;
  as_of_ = std::max(as_of_, now);
  gone_.insert(now);
  gone_.erase(gone_.begin(), gone_.upper_bound(now - one_second));
}

void send_budget::came_late(time_point taken, nanoseconds by) {
  if (const auto found = gone_.find(taken); found != gone_.end())
    gone_.erase(found);
  gone_.insert(taken + by);
}

double send_budget::until(time_point then, time_point now) const {
  const auto filled = saved(now) + seconds_of{then - std::max(now, as_of_)}.count() * rate_;
  const auto out = std::distance(gone_.upper_bound(then - one_second), gone_.end());
  return std::min(filled, static_cast<double>(most()) - static_cast<double>(out));
}

void send_budget::rest_until(time_point end) {
  if (end <= as_of_)
    return;
  saved_ = std::min(saved_, 1.0);
  as_of_ = end;
}

} // namespace bankslip::domain
