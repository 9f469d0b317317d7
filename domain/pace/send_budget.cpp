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

std::size_t send_budget::most_of_a_second() const {
  return static_cast<std::size_t>(std::ceil(std::max(rate_, burst_) - rounding));
}

std::size_t send_budget::free(time_point now) const {
  if (now < as_of_)
    return 0;
  auto of_second = most_of_a_second() - std::min(most_of_a_second(), last_second(now));
  return std::min(of_second, static_cast<std::size_t>(std::max(0.0, saved(now) + rounding)));
}

nanoseconds send_budget::wait(std::size_t count, time_point now) const {
  count = std::min(count, static_cast<std::size_t>(burst_));
  auto out = std::max<nanoseconds>(as_of_ - now, nanoseconds{0});
  if (auto lacks = static_cast<double>(count) - saved(now); lacks > rounding)
    out += std::chrono::ceil<nanoseconds>(seconds_of{lacks / rate_});
  if (auto most = most_of_a_second(); gone_.size() + count > most) {
    auto last_in_the_way = gone_[gone_.size() + count - most - 1];
    out = std::max<nanoseconds>(out, last_in_the_way + one_second - now);
  }
  return out;
}

void send_budget::take(std::size_t count, time_point now) {
  saved_ = saved(now) - static_cast<double>(count);
  as_of_ = std::max(as_of_, now);
  gone_.insert(gone_.end(), count, now);
  while (!gone_.empty() && gone_.front() + one_second <= now)
    gone_.pop_front();
}

void send_budget::give_back(std::size_t count) {
  saved_ = std::min(burst_, saved_ + static_cast<double>(count));
  gone_.resize(gone_.size() - std::min(count, gone_.size()));
}

void send_budget::rest_until(time_point end) {
  if (end <= as_of_)
    return;
  saved_ = std::min(saved_, 1.0);
  as_of_ = end;
}

std::size_t send_budget::last_second(time_point now) const {
  auto first = std::upper_bound(gone_.begin(), gone_.end(), now - one_second);
  return static_cast<std::size_t>(gone_.end() - first);
}

} // namespace bankslip::domain
