#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/time.hpp"

namespace bankslip::domain {

/// How fast the mail stage sends, of one process or of all together.
struct mail_speed {
  /// E-mails a second that went, in the last ten seconds.
  double rate = 0;
  /// E-mails a second that may go; 0: nobody says.
  double allowed = 0;
  /// Name of the `pace_limit` that holds them down.
  std::string limit = "none";
  /// When they go on, with `retry_after` and `schedule`.
  std::optional<utc_time> until;
  /// EMAIL_SCHEDULE.
  std::string schedule;
};

/// The e-mails that wait in the mail stage, of one upload or of all.
struct mail_outlook {
  /// Rows with slips whose e-mails are still to go out.
  std::int64_t waiting = 0;
  /// When the oldest of them was stored, or somewhat earlier.
  std::optional<utc_time> oldest_at;
  /// When they will be out at the speed of now, and those before them; empty where nobody
  /// knows, or they are stopped.
  std::optional<utc_time> ends_at;
  /// Empty: no process has told of a mail stage for a while.
  std::optional<mail_speed> speed;
  /// One has, within the last hour.
  bool paced = false;
};

/// When `waiting` e-mails will be out: by the hours of the schedule, to ten seconds or, if it
/// takes an hour, to the minute. Empty where nothing waits or goes.
std::optional<utc_time> mails_end(std::int64_t waiting, const mail_speed& speed, utc_time now);

} // namespace bankslip::domain
