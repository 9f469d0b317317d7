#pragma once

#include <string_view>

namespace bankslip::telemetry {

/// A named place where the fault suite may end the process, as kill -9 would.
/// Only in the program bankslip_crash; in all others it is nothing. `CRASH_POINT=name` or
/// `CRASH_POINT=name:n` in the environment arms one place: the n-th passage (default the first)
/// ends the process with `crash_status`. Any thread.
#ifdef BANKSLIP_CRASH_POINTS
void crash_point(std::string_view name) noexcept;
#else
inline void crash_point(std::string_view) noexcept {}
#endif

/// Exit status of a process that ended at a crash point.
inline constexpr int crash_status = 99;

} // namespace bankslip::telemetry
