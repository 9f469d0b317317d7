#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "tests/e2e/harness/stack.hpp"

namespace bankslip::e2e {

/// How a program ended and what it wrote to both outputs.
struct program_end {
  /// -1: by a signal.
  int status = -1;
  std::string output;
};

/// Runs `bankslip` with these arguments to its end, in an environment that has
/// nothing but `variables`. Throws when it takes too long.
program_end run_program(const std::vector<std::string>& arguments, const environment& variables);

/// `bankslip serve` as a child process on free ports. It dies with the test;
/// its log is printed when a check of the test case has failed. One thread.
class server_process {
public:
  /// Starts it and waits until it listens. `changes` win over the stack's own
  /// variables.
  explicit server_process(const own_stack& stack, environment changes = {});
  ~server_process();
  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;

  /// Waits until /readyz says so.
  server_process& ready();

  /// Ports; `port` is 0 where no API is served.
  int port() const { return port_; }
  int admin_port() const { return admin_port_; }
  pid_t pid() const { return pid_; }
  std::string log() const;

  /// SIGTERM, and the exit status.
  int stop();
  /// SIGTERM only; `wait` gives the exit status.
  void ask_to_stop();
  int wait(std::chrono::milliseconds limit);
  /// SIGKILL, and waits until it is dead.
  void kill();

  /// Value of a line of /metrics: `bankslip_rows_total{outcome="emailed"}`.
  double metric(const std::string& name) const;
  /// bankslip_rows_total of an outcome.
  std::int64_t rows(const std::string& outcome) const;

private:
  void await_ports();

  std::string folder_;
  pid_t pid_ = -1;
  int port_ = 0;
  int admin_port_ = 0;
};

} // namespace bankslip::e2e
