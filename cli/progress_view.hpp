#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <iosfwd>
#include <optional>
#include <string>

#include "cli/upload_answers.hpp"

namespace bankslip::cli {

/// The progress of an upload, as shown to a person.
struct upload_progress_view {
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_total = 0;
  /// The answer is there: `status.accepted` is final.
  bool taken = false;
  upload_status status;
  std::chrono::duration<double> since_start{};
  /// Over the last seconds.
  double rows_per_second = 0;
  /// Until the phase at hand is over; nothing where nobody can say.
  std::optional<std::chrono::seconds> left;
};

/// "uploading 45 %  accepted 0  generated 12  e-mailed 10  failed 0  1200 rows/s  0:07 left"
std::string progress_line(const upload_progress_view& v);

/// Tells rate and time left from a moving window.
class progress_pace {
public:
  /// Fills both in `v`; to be called again and again, with a time that grows.
  void measure(upload_progress_view& v);

private:
  struct look {
    double at;
    double bytes;
    double rows;
  };
  std::deque<look> looks_;
  /// The upload that they are of.
  std::int64_t upload_id_ = 0;
};

/// Shows progress: one line drawn again and again on a terminal, else a line
/// each second, after ten of them one in five seconds.
class progress_printer {
public:
  progress_printer(std::ostream& out, bool terminal) : out_{out}, terminal_{terminal} {}

  void show(const upload_progress_view& v);
  /// Ends the line.
  void end();

private:
  std::ostream& out_;
  bool terminal_;
  bool drawn_ = false;
  int lines_ = 0;
  std::chrono::steady_clock::time_point last_{};
};

} // namespace bankslip::cli
