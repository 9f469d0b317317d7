#include "domain/pace/mail_pace.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace bankslip::domain {

namespace {

using namespace std::chrono_literals;
using std::chrono::ceil;
using std::chrono::milliseconds;

// A wave costs two commits, so a few messages share one; more would make bursts of them.
constexpr double grain = 0.025;

// A server that asks for fewer without a time is asked again after this, and later each
// time that it still does.
constexpr milliseconds first_pause{1'000};
constexpr milliseconds longest_own_pause{64'000};

// A provider's word, or a slip of its clock, must not stop the mail for days.
constexpr milliseconds longest_pause = 1h;

} // namespace

std::string_view to_string(pace_limit limit) noexcept {
  constexpr std::array<std::string_view, 5> names{"none", "setting", "provider", "retry_after",
                                                  "schedule"};
  return names[static_cast<std::size_t>(limit)];
}

void mail_pace::meter::add(std::size_t count, time_point now) {
  auto second = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  by_second_[second] += count;
  by_second_.erase(by_second_.begin(), by_second_.lower_bound(second - seconds));
}

/// The second that has begun is no whole one yet; nor are those before the first message.
double mail_pace::meter::rate(time_point now) const {
  auto second = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  std::size_t sum = 0;
  for (auto& [at, count] : by_second_)
    sum += at >= second - seconds && at < second ? count : 0;
  const auto first = by_second_.empty() ? second : by_second_.begin()->first;
  const auto span = std::clamp<std::int64_t>(second - first, 1, seconds);
  return static_cast<double>(sum) / static_cast<double>(span);
}

mail_pace::mail_pace(pace_options options, const clock& time)
    : options_{std::move(options)}, time_{time}, finder_{most()} {
  const auto now = time_.steady_now();
  fit_budget(now);
  fit_domains(now);
}

double mail_pace::most() const noexcept {
  return options_.rate > 0 ? options_.rate * part_ : std::numeric_limits<double>::infinity();
}

void mail_pace::fit_budget(time_point now) {
  auto burst = options_.burst > 0 ? options_.burst * part_ : finder_.rate();
  budget_.set(finder_.rate(), burst, now);
}

void mail_pace::fit_domains(time_point now) {
  for (const auto& [name, rate] : options_.domains.all())
    domains_[name].set(rate * part_, rate * part_, now);
}

void mail_pace::share(std::size_t owned, std::size_t total) {
  std::lock_guard guard{mutex_};
  if (owned == 0 || total == 0)
    return;
  auto part = std::min(1.0, static_cast<double>(owned) / static_cast<double>(total));
  auto grown = part / part_;
  part_ = part;
  finder_.set_most(most(), grown);
  const auto now = time_.steady_now();
  fit_budget(now);
  fit_domains(now);
}

pace_grant mail_pace::take(std::size_t wanted) {
  std::lock_guard guard{mutex_};
  const auto now = time_.steady_now();
  pace_grant out{0, 0ms, now};
  if (wanted == 0)
    return out;
  const auto utc = time_.utc_now();
  if (auto open = options_.schedule.next_open(utc); open > utc) {
    out.wait = ceil<milliseconds>(open - utc);
    return out;
  }
  auto least = std::clamp<std::size_t>(static_cast<std::size_t>(finder_.rate() * grain), 1, wanted);
  if (auto wait = budget_.wait(least, now); wait.count() > 0) {
    out.wait = ceil<milliseconds>(wait);
    return out;
  }
  out.count = std::min(wanted, budget_.free(now));
  budget_.take(out.count, now);
  finder_.sent(out.count, now);
  fit_budget(now);
  return out;
}

milliseconds mail_pace::take_domain(std::string_view address) {
  if (options_.domains.all().empty())
    return 0ms;
  auto name = domain_of(address);
  std::lock_guard guard{mutex_};
  auto budget = domains_.find(name);
  if (budget == domains_.end())
    return 0ms;
  const auto now = time_.steady_now();
  auto wait = ceil<milliseconds>(budget->second.wait(1, now));
  if (wait.count() == 0)
    budget->second.take(1, now);
  return wait;
}

void mail_pace::give_back(const pace_grant& grant, std::size_t count) {
  std::lock_guard guard{mutex_};
  count = std::min(count, grant.count);
  budget_.give_back(count);
  finder_.not_sent(count);
}

void mail_pace::learn(const pace_grant& grant, std::size_t sent, std::size_t too_fast,
                      millis retry_after) {
  std::lock_guard guard{mutex_};
  const auto now = time_.steady_now();
  sent_.add(sent - std::min(sent, too_fast), now);
  if (too_fast == 0)
    return;
  if (retry_after.count() <= 0)
    retry_after =
        std::min(longest_own_pause, first_pause * (1 << std::clamp(finder_.cuts_in_a_row(), 0, 6)));
  paused_until_ = std::max(paused_until_, now + std::min(retry_after, longest_pause));
  auto taken = budget_.last_second(now);
  finder_.too_fast(now, grant.granted_at, paused_until_, taken - std::min(taken, too_fast));
  budget_.rest_until(paused_until_);
  fit_budget(now);
}

pace_view mail_pace::view() const {
  std::lock_guard guard{mutex_};
  const auto now = time_.steady_now();
  const auto utc = time_.utc_now();
  pace_view out;
  out.rate = sent_.rate(now);
  out.allowed = finder_.rate();
  if (auto open = options_.schedule.next_open(utc); open > utc) {
    out.limit = pace_limit::schedule;
    out.until = open;
  } else if (now < paused_until_) {
    out.limit = pace_limit::retry_after;
    out.until = utc + ceil<std::chrono::microseconds>(paused_until_ - now);
  } else if (finder_.rate() >= most()) {
    out.limit = pace_limit::setting;
  } else if (finder_.was_refused()) {
    out.limit = pace_limit::provider;
  } else {
    out.allowed = 0;
  }
  return out;
}

} // namespace bankslip::domain
