#include "telemetry/impl/process_stats.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

#include <time.h>
#include <unistd.h>

namespace bankslip::telemetry {

namespace {

double clock_seconds(clockid_t clock) {
  timespec t{};
  ::clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

// Not btime of /proc/stat, which a service with ProcSubset=pid does not see. Once, so that
// the start does not seem to move.
double boot_time_seconds() {
  static const auto found = clock_seconds(CLOCK_REALTIME) - clock_seconds(CLOCK_BOOTTIME);
  return found;
}

// Fields of proc(5): 14 and 15 utime and stime, 20 threads, 22 start time, 24
// resident pages. The name in field 2 may hold spaces and brackets.
void read_stat(process_stats& out) {
  std::ifstream file{"/proc/self/stat"};
  std::string text;
  std::getline(file, text);
  const auto end_of_name = text.rfind(')');
  if (end_of_name == std::string::npos)
    return;
  std::istringstream fields{text.substr(end_of_name + 1)};
  fields.imbue(std::locale::classic());
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  std::string value;
  for (int field = 3; field <= 24 && fields >> value; ++field) {
    if (field == 14 || field == 15)
      out.cpu_seconds += std::stod(value) / ticks;
    else if (field == 20)
      out.threads = std::stoll(value);
    else if (field == 22)
      out.start_time_seconds = boot_time_seconds() + std::stod(value) / ticks;
    else if (field == 24)
      out.resident_bytes = std::stoll(value) * ::sysconf(_SC_PAGESIZE);
  }
}

} // namespace

process_stats read_process_stats() {
  process_stats out;
  read_stat(out);
  std::error_code failed;
  std::filesystem::directory_iterator entries{"/proc/self/fd", failed};
  for (; !failed && entries != std::filesystem::directory_iterator{}; entries.increment(failed))
    ++out.open_fds;
  // The one that this loop holds open itself.
  if (out.open_fds > 0)
    --out.open_fds;
  return out;
}

} // namespace bankslip::telemetry
