#include "http/api/key_limits.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace bankslip::http {

namespace {

/// Seconds to the end of the Brazilian day of `now`, at least one.
std::chrono::seconds rest_of_day(domain::utc_time now) {
  using namespace std::chrono;
  // Midnight there is 3:00 UTC.
  const auto end = domain::brazilian_day(now) + days{1} + hours{3};
  return std::max(seconds{1}, duration_cast<seconds>(end - now));
}

} // namespace

allowance key_limits::take_request(std::uint32_t a_second,
                                   std::chrono::steady_clock::time_point now) {
  if (a_second == 0)
    return {};
  const std::lock_guard lock{mutex_};
  const double most = a_second;
  const std::chrono::duration<double> passed = now - filled_;
  tokens_ = tokens_ < 0 ? most : std::min(most, tokens_ + passed.count() * most);
  filled_ = now;
  allowance out{tokens_ >= 1, a_second, 0, std::chrono::seconds{1}};
  if (out.allowed)
    tokens_ -= 1;
  out.remaining = static_cast<std::int64_t>(tokens_);
  return out;
}

allowance key_limits::rows_left(std::int64_t a_day, domain::utc_time now) const {
  if (a_day == 0)
    return {};
  const std::lock_guard lock{mutex_};
  const auto used =
      day_ == domain::brazilian_day(now) ? sum_ + unstored_ + under_way_ : std::int64_t{0};
  return {used < a_day, a_day, std::max<std::int64_t>(0, a_day - used), rest_of_day(now)};
}

bool key_limits::knows(domain::date day) const {
  const std::lock_guard lock{mutex_};
  return told_ && day_ == day;
}

void key_limits::turn_to(domain::date day) {
  if (std::exchange(day_, day) != day) {
    sum_ = 0;
    told_ = false;
  }
}

void key_limits::add_rows(domain::date day, std::int64_t rows) {
  const std::lock_guard lock{mutex_};
  turn_to(day);
  unstored_ += rows;
}

std::int64_t key_limits::take_unstored(domain::date day) {
  const std::lock_guard lock{mutex_};
  turn_to(day);
  under_way_ += std::exchange(unstored_, 0);
  return under_way_;
}

void key_limits::stored(domain::date day, std::int64_t sum) {
  const std::lock_guard lock{mutex_};
  turn_to(day);
  under_way_ = 0;
  sum_ = sum;
  told_ = true;
}

void key_limits::not_stored() {
  const std::lock_guard lock{mutex_};
  unstored_ += std::exchange(under_way_, 0);
}

} // namespace bankslip::http
