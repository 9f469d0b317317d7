#include <chrono>

#include "domain/mail_outlook.hpp"
#include "domain/pace/send_schedule.hpp"

namespace bankslip::domain {

namespace {

using namespace std::chrono_literals;

/// Nobody plans further.
constexpr double longest_seconds = 5.0 * 365 * 86'400;

/// So that it does not change with every look.
utc_time rounded(utc_time at, utc_time now) {
  if (at - now < 1h)
    return std::chrono::ceil<std::chrono::duration<std::int64_t, std::ratio<10>>>(at);
  return std::chrono::ceil<std::chrono::minutes>(at);
}

} // namespace

std::optional<utc_time> mails_end(std::int64_t waiting, const mail_speed& speed, utc_time now) {
  const bool is_closed = speed.limit == "schedule";
  const auto rate = is_closed ? speed.allowed : speed.rate;
  if (waiting <= 0 || rate <= 0 || static_cast<double>(waiting) / rate > longest_seconds)
    return std::nullopt;
  const auto schedule = send_schedule::parse(speed.schedule);
  const std::chrono::duration<double> takes{static_cast<double>(waiting) / rate};
  const auto end = (schedule ? *schedule : send_schedule{})
                       .after(now, std::chrono::ceil<std::chrono::seconds>(takes));
  return end ? std::optional{rounded(*end, now)} : std::nullopt;
}

} // namespace bankslip::domain
