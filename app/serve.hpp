#pragma once

#include "app/config.hpp"

namespace bankslip::app {

/// Runs the server until SIGINT or SIGTERM. Answers the process's exit status:
/// 0 after a graceful stop, 2 when options do not fit, 1 when a listener cannot
/// be opened. Ends the process with 70 when it cannot go on or cannot stop in
/// time: what is committed is safe, what is not comes again.
int serve(const config& options);

} // namespace bankslip::app
