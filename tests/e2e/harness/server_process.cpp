#include "tests/e2e/harness/server_process.hpp"

#include <csignal>
#include <filesystem>
#include <iostream>
#include <stdexcept>

#include <boost/test/results_collector.hpp>
#include <boost/test/unit_test.hpp>
#include <sys/wait.h>

#include "tests/e2e/harness/child.hpp"
#include "tests/e2e/harness/client.hpp"
#include "tests/e2e/harness/wait.hpp"

namespace bankslip::e2e {

namespace {

using namespace std::chrono_literals;

/// The port in the log line `<listener> listens`; 0 while it is not there.
int logged_port(const std::string& log, const std::string& listener) {
  const auto line = log.find("\"" + listener + " listens\"");
  const auto end = log.find('\n', line);
  const auto at = log.find("\"port\":", line);
  if (line == std::string::npos || end == std::string::npos || at > end)
    return 0;
  return std::stoi(log.substr(at + 7));
}

bool case_failed() {
  const auto id = boost::unit_test::framework::current_test_case_id();
  return !boost::unit_test::results_collector.results(id).passed();
}

} // namespace

program_end run_program(const std::vector<std::string>& arguments, const environment& variables) {
  const auto folder = make_folder();
  const auto log = folder + "/output";
  const auto pid = start_child(arguments, variables, folder, log);
  std::optional<int> status;
  wait_until("the end of bankslip " + arguments.front(), [&] {
    status = ended_child(pid);
    return status.has_value();
  });
  program_end end{exit_status(*status), read_file(log)};
  std::filesystem::remove_all(folder);
  return end;
}

server_process::server_process(const own_stack& stack, environment changes)
    : folder_{make_folder()} {
  environment all = std::move(changes);
  all.insert({{"SERVER_PORT", "0"}, {"ADMIN_PORT", "0"}, {"LOG_FORMAT", "json"}});
  all.insert(stack.variables().begin(), stack.variables().end());
  pid_ = start_child({"serve"}, all, folder_, folder_ + "/log");
  const auto role = all.find("BANKSLIP_ROLE");
  const bool serves_api = role == all.end() || role->second != "worker";
  wait_until("listening: " + log(), [&] {
    if (ended_child(pid_)) {
      pid_ = -1;
      throw std::runtime_error("the server ended at once: " + log());
    }
    const auto text = log();
    admin_port_ = logged_port(text, "admin");
    port_ = logged_port(text, "api");
    return admin_port_ != 0 && (port_ != 0 || !serves_api);
  });
}

server_process::~server_process() {
  if (pid_ > 0)
    kill();
  if (case_failed() || std::uncaught_exceptions() > 0)
    std::cerr << "-- log of the server --\n" << log() << "-- end of the log --\n";
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

server_process& server_process::ready() {
  wait_until("ready", [&] { return get(admin_port_, "/readyz").status == 200; });
  return *this;
}

std::string server_process::log() const { return read_file(folder_ + "/log"); }

void server_process::ask_to_stop() { ::kill(pid_, SIGTERM); }

int server_process::wait(std::chrono::milliseconds limit) {
  std::optional<int> status;
  wait_until(
      "the server's end",
      [&] {
        status = ended_child(pid_);
        return status.has_value();
      },
      limit);
  pid_ = -1;
  return exit_status(*status);
}

int server_process::stop() {
  ask_to_stop();
  return wait(patience);
}

void server_process::kill() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

double server_process::metric(const std::string& name) const {
  const auto text = get(admin_port_, "/metrics").body;
  std::string line{"\n"};
  line.append(name).append(" ");
  // The text begins with a comment line.
  const auto at = text.find(line);
  if (at == std::string::npos)
    throw std::runtime_error("no metric " + name);
  return std::stod(text.substr(at + line.size()));
}

std::int64_t server_process::rows(const std::string& outcome) const {
  return static_cast<std::int64_t>(metric("bankslip_rows_total{outcome=\"" + outcome + "\"}"));
}

} // namespace bankslip::e2e
