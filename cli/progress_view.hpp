#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
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
};

/// "uploading  45 %  accepted 0  generated 12  e-mailed 10  failed 0  1200 rows/s"
std::string progress_line(const upload_progress_view& v);

/// Shows progress: one line drawn again and again on a terminal, else a line
/// each second.
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
  std::chrono::steady_clock::time_point last_{};
};

} // namespace bankslip::cli
