#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "tests/e2e/harness/stack.hpp"

/// Child processes of the tests; private to the harness.
namespace bankslip::e2e {

/// Starts BANKSLIP_PROGRAM in `folder` with both outputs appended to `log`. The
/// child is killed when this process dies.
pid_t start_child(const std::vector<std::string>& arguments, const environment& variables,
                  const std::string& folder, const std::string& log);

/// Wait status of a child that has ended; nothing while it runs.
std::optional<int> ended_child(pid_t pid);

/// Exit status, -1 for an end by a signal.
int exit_status(int wait_status);

/// Makes an empty folder under /tmp.
std::string make_folder();

std::string read_file(const std::string& path);

} // namespace bankslip::e2e
