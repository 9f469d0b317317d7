#pragma once

#include <functional>
#include <iosfwd>
#include <string>

#include "cli/server_options.hpp"

/// The command `bankslip tail`.
namespace bankslip::cli {

/// Follows what the server does, a line for each change, through its restarts, for as
/// long as `go_on` says. Answers 0 then, 1 when the server cannot be followed.
int run_tail(
    const server_options& options, std::ostream& out, std::ostream& err,
    const std::function<bool()>& go_on = [] { return true; });

/// The same on standard output and error, until a signal.
int run_tail(const server_options& options);

} // namespace bankslip::cli
