#pragma once

#include <chrono>
#include <iosfwd>
#include <string>

/// The client behind `bankslip upload`.
namespace bankslip::cli {

struct upload_client_options {
  /// Scheme, host and port of the API.
  std::string url = "http://127.0.0.1:8000";
  /// The CSV file.
  std::string file;
  /// Also wait until every accepted row has reached its end.
  bool wait = true;
  /// Give up when nothing has moved for so long.
  std::chrono::milliseconds progress_timeout{120'000};
  /// Redraw one line, as on a terminal; else a line each second.
  bool terminal = false;
};

/// Uploads the file, shows progress on `out`, then a report; complaints go to
/// `err`, one line each. Memory does not depend on the file's size. Answers the
/// exit status: 0 when the server took the file and (with `wait`) every
/// accepted row was settled, else 1.
int run_upload(const upload_client_options& options, std::ostream& out, std::ostream& err);

/// The same on standard output and error; `terminal` is found out.
int run_upload(upload_client_options options);

} // namespace bankslip::cli
