#pragma once

#include <cstdint>

namespace bankslip::telemetry {

/// The process as /proc shows it; 0 where /proc does not say.
struct process_stats {
  /// User and system time.
  double cpu_seconds = 0;
  std::int64_t resident_bytes = 0;
  std::int64_t threads = 0;
  std::int64_t open_fds = 0;
  /// Seconds since 1970.
  double start_time_seconds = 0;
};

process_stats read_process_stats();

} // namespace bankslip::telemetry
