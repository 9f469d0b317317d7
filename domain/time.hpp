#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace bankslip::domain {

/// A calendar date without time or zone (due dates).
using date = std::chrono::sys_days;

/// A moment in UTC, microseconds as PostgreSQL keeps them.
using utc_time = std::chrono::sys_time<std::chrono::microseconds>;

/// Reads `YYYY-MM-DD`; nothing for any other text or a day that does not exist.
std::optional<date> parse_date(std::string_view text) noexcept;

/// Writes `YYYY-MM-DD`.
std::string format_date(date d);
void append_date(std::string& out, date d);

/// Writes `2026-01-31T12:34:56.123456Z`.
std::string format_utc(utc_time t);

/// Returns the calendar day in Brazil (America/Sao_Paulo): UTC-3 all the year,
/// without summer time since 2019.
date brazilian_day(utc_time t) noexcept;

/// Source of time, so that tests and simulations can have their own.
/// Thread-safe.
class clock {
public:
  virtual ~clock() = default;
  /// Never goes back; for leases and time-outs.
  virtual std::chrono::steady_clock::time_point steady_now() const = 0;
  /// Wall time in UTC.
  virtual utc_time utc_now() const = 0;
  /// Blocks the calling thread.
  virtual void sleep_for(std::chrono::milliseconds span) const = 0;
};

/// The machine's clock.
const clock& system_clock();

} // namespace bankslip::domain
