#pragma once

#include <chrono>
#include <iosfwd>
#include <string>

#include "cli/server_options.hpp"

/// The client behind `bankslip upload`.
namespace bankslip::cli {

struct upload_client_options : server_options {
  /// The CSV file.
  std::string file;
  /// Also wait until every accepted row has reached its end.
  bool wait = true;
  /// Give up when nothing has moved for so long.
  std::chrono::milliseconds progress_timeout{120'000};
};

/// Uploads the file, shows progress on `out`, then a report (with `json` nothing but one
/// object: the answer to the POST as `report`, with `wait` the upload as `upload`, and the
/// times); complaints go to `err`, one line each. Memory does not depend on the file's size.
/// Answers the exit status: 0 when the server took the file and (with `wait`) every accepted
/// row was settled; `exit_under_way` when it was taken, and the key does not allow to see
/// how it goes on; else 1.
int run_upload(const upload_client_options& options, std::ostream& out, std::ostream& err);

/// The same on standard output and error; `terminal` is found out.
int run_upload(upload_client_options options);

} // namespace bankslip::cli
