#include "services/impl/breaker.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "telemetry/metrics.hpp"

namespace bankslip::services {

namespace {

constexpr std::chrono::seconds longest_pause{30};

// A probe whose owner vanished must not keep the breaker half-open for ever.
constexpr std::chrono::seconds longest_probe{60};

// Those who wait for a probe look at it so often.
constexpr std::chrono::milliseconds probe_look{50};

} // namespace

circuit_breaker::circuit_breaker(domain::dependency_kind service, int failures, millis pause,
                                 const domain::clock& clock,
                                 std::shared_ptr<domain::availability> seen)
    : service_{service}, limit_{failures}, pause_{pause}, clock_{clock}, seen_{std::move(seen)} {
  telemetry::set_breaker(to_string(service_), false);
}

permission circuit_breaker::ask() {
  std::lock_guard guard{mutex_};
  auto now = clock_.steady_now();
  switch (state_) {
    case state::closed:
      return permission::go;
    case state::open:
      if (now < open_until_)
        return permission::stop;
      break;
    case state::probing:
      if (now < probe_began_ + longest_probe)
        return permission::wait;
  }
  state_ = state::probing;
  probe_began_ = now;
  return permission::probe;
}

void circuit_breaker::succeeded() {
  std::lock_guard guard{mutex_};
  failures_ = 0;
  // Answers of calls that were under way when it opened do not close it: the
  // probe does.
  if (state_ != state::probing)
    return;
  state_ = state::closed;
  reason_.clear();
  telemetry::set_breaker(to_string(service_), false);
  seen_->is_there({service_});
}

void circuit_breaker::failed(std::string_view reason, millis at_least) {
  std::lock_guard guard{mutex_};
  ++failures_;
  if (state_ == state::probing || (state_ == state::closed && failures_ >= limit_))
    open(reason, at_least);
}

void circuit_breaker::open(std::string_view reason, millis at_least) {
  state_ = state::open;
  auto pause =
      std::min<millis>(std::max(pause_, at_least), std::max<millis>(pause_, longest_pause));
  open_until_ = clock_.steady_now() + pause;
  reason_ = reason;
  telemetry::set_breaker(to_string(service_), true);
  seen_->is_away({service_}, reason_);
}

circuit_breaker::millis circuit_breaker::paused_for() const {
  std::lock_guard guard{mutex_};
  const auto now = clock_.steady_now();
  if (state_ == state::open)
    return std::max(millis{0}, std::chrono::ceil<millis>(open_until_ - now));
  const bool is_probed = state_ == state::probing && now < probe_began_ + longest_probe;
  return is_probed ? probe_look : millis{0};
}

std::size_t circuit_breaker::most_calls() const {
  std::lock_guard guard{mutex_};
  return state_ == state::closed ? SIZE_MAX : 1;
}

std::string circuit_breaker::reason() const {
  std::lock_guard guard{mutex_};
  return reason_;
}

std::shared_ptr<circuit_breaker> shared_breaker(domain::dependency_kind service,
                                                std::string_view url, int failures,
                                                std::chrono::milliseconds pause,
                                                std::shared_ptr<domain::availability> seen) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<circuit_breaker>> all;
  std::lock_guard guard{mutex};
  auto& breaker = all[std::string{to_string(service)}.append(" ").append(url)];
  if (!breaker)
    breaker = std::make_shared<circuit_breaker>(service, failures, pause, domain::system_clock(),
                                                std::move(seen));
  return breaker;
}

} // namespace bankslip::services
