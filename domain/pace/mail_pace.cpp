#include "domain/pace/mail_pace.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace bankslip::domain {

namespace {

using namespace std::chrono_literals;
using std::chrono::ceil;
using std::chrono::duration;
using std::chrono::floor;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

std::int64_t second_of(utc_time t) { return floor<seconds>(t.time_since_epoch()).count(); }

// A wave costs two commits, so a few messages share one: as many as go in this time.
constexpr duration<double> grain{0.05};

// A wave's rows are locked so long before its last call starts, and so much time it has to come
// to its first.
constexpr duration<double> horizon{0.25};

// A rate that is set is a provider's bound for what comes in, and calls come in a little closer
// together than they start.
constexpr double closeness = 0.01;

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
  static_assert(names.size() == static_cast<std::size_t>(pace_limit::schedule) + 1);
  return names[static_cast<std::size_t>(limit)];
}

void mail_pace::meter::add(utc_time at) {
  const auto second = second_of(at);
  ++by_second_[second];
  by_second_.erase(by_second_.begin(), by_second_.lower_bound(second - seconds));
}

/// The second that has begun is no whole one yet; nor are those before the first message.
double mail_pace::meter::rate(utc_time now) const {
  const auto second = second_of(now);
  std::size_t sum = 0;
  for (auto& [at, count] : by_second_)
    sum += at >= second - seconds && at < second ? count : 0;
  const auto first = by_second_.empty() ? second : by_second_.begin()->first;
  const auto span = std::clamp<std::int64_t>(second - first, 1, seconds);
  return static_cast<double>(sum) / static_cast<double>(span);
}

std::size_t mail_pace::meter::of(std::int64_t second) const {
  const auto found = by_second_.find(second);
  return found == by_second_.end() ? 0 : found->second;
}

std::size_t mail_pace::meter::most(utc_time at) const {
  return std::max(of(second_of(at)), of(second_of(at) - 1));
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
  const auto rate = std::min(finder_.rate(), most() * (1 - closeness));
  budget_.set(rate, options_.burst > 0 ? options_.burst * part_ : rate, now);
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
  pace_grant out;
  if (wanted == 0)
    return out;
  const auto utc = time_.utc_now();
  if (auto open = options_.schedule.next_open(utc); open > utc) {
    out.wait = ceil<milliseconds>(open - utc);
    return out;
  }
  const auto rate = finder_.rate();
  const auto least = std::clamp(rate * grain.count(), 1.0, static_cast<double>(wanted));
  const auto room =
      budget_.until(now + ceil<nanoseconds>(horizon), now) - static_cast<double>(waiting_);
  if (room < least) {
    out.wait = ceil<milliseconds>(duration<double>{(least - room) / rate});
    return out;
  }
  out.count = std::min(wanted, static_cast<std::size_t>(room));
  waiting_ += out.count;
  return out;
}

void mail_pace::release(std::size_t count) {
  std::lock_guard guard{mutex_};
  waiting_ -= std::min(waiting_, count);
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
  auto wait = ceil<milliseconds>(budget->second.wait(now));
  if (wait.count() == 0)
    budget->second.take(now);
  return wait;
}

nanoseconds mail_pace::start() {
  std::lock_guard guard{mutex_};
  const auto now = time_.steady_now();
  if (const auto wait = budget_.wait(now); wait.count() > 0)
    return wait;
  budget_.take(now);
  finder_.sent(now);
  fit_budget(now);
  return {};
}

void mail_pace::ended(time_point started, std::optional<millis> too_fast) {
  std::lock_guard guard{mutex_};
  const auto now = time_.steady_now();
  note_delay(started, now);
  if (too_fast)
    return refused(started, *too_fast, now);
  taken_.add(time_.utc_now() - floor<std::chrono::microseconds>((now - started) / 2));
  if (now < paused_until_) {
    finder_.took(taken_.most(refused_at_));
    fit_budget(now);
  }
}

// A machine that is busy, or the network, holds calls up and lets them go together, perhaps into
// the next second. The provider counts them when they come in.
void mail_pace::note_delay(time_point started, time_point now) {
  // What is usual in a network is left room for.
  constexpr milliseconds usual{10};
  const auto took = now - started;
  // Slowly forgotten, for a provider may become slower.
  quickest_ = quickest_.count() < 0 ? took : std::min(took, quickest_ + quickest_ / 64 + 1us);
  if (const auto late = took - quickest_; late > std::max<nanoseconds>(usual, quickest_))
    budget_.came_late(started, late);
}

void mail_pace::refused(time_point started, millis asked, time_point now) {
  // Of calls under way at once the first one's refusal has said it for all.
  if (asked.count() <= 0 && started >= paused_until_)
    asked =
        std::min(longest_own_pause, first_pause * (1 << std::clamp(finder_.cuts_in_a_row(), 0, 6)));
  paused_until_ = std::max(paused_until_, now + std::min(asked, longest_pause));
  refused_at_ = time_.utc_now() - floor<std::chrono::microseconds>((now - started) / 2);
  finder_.too_fast(now, started, paused_until_, taken_.most(refused_at_));
  budget_.rest_until(paused_until_);
  fit_budget(now);
}

pace_view mail_pace::view() const {
  std::lock_guard guard{mutex_};
  const auto now = time_.steady_now();
  const auto utc = time_.utc_now();
  pace_view out;
  out.rate = taken_.rate(utc);
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
