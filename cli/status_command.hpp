#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "cli/api_client.hpp"
#include "cli/server_options.hpp"
#include "cli/upload_answers.hpp"

/// The command `bankslip status`.
namespace bankslip::cli {

struct status_options : server_options {
  /// Id of an upload; empty: the newest ones are listed.
  std::string id;
  /// Shows how it goes until the upload has ended, through restarts of the server.
  bool follow = false;
};

/// Exit status of an upload that has not ended yet.
constexpr int exit_under_way = 3;

/// Shows uploads on `out`; complaints go to `err`, one line each. Answers the exit
/// status: 0 when the upload is done (or the list is there), 1 when it was aborted or
/// the server does not tell, `exit_under_way`.
int run_status(const status_options& options, std::ostream& out, std::ostream& err);

/// The same on standard output and error; `terminal` is found out.
int run_status(status_options options);

/// The first rows of an upload that did not go through, a line each.
std::vector<std::string> first_errors(api_client& client, std::int64_t upload_id);

/// Id, counters and `errors` of an upload, a line each; `ends`: also what became of the
/// accepted rows.
void print_counters(std::ostream& out, const upload_status& s,
                    const std::vector<std::string>& errors, bool ends = true);

} // namespace bankslip::cli
