#include "tests/e2e/harness/child.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bankslip::e2e {

namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& t : texts)
    out.push_back(t.data());
  out.push_back(nullptr);
  return out;
}

// Between fork and exec: system calls only.
[[noreturn]] void become(const char* folder, int log, char** arguments, char** variables) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  if (::chdir(folder) == 0)
    ::execve(BANKSLIP_PROGRAM, arguments, variables);
  ::_exit(127);
}

} // namespace

pid_t start_child(const std::vector<std::string>& arguments, const environment& variables,
                  const std::string& folder, const std::string& log) {
  std::vector<std::string> texts{BANKSLIP_PROGRAM};
  texts.insert(texts.end(), arguments.begin(), arguments.end());
  std::vector<std::string> settings;
  for (const auto& [name, value] : variables)
    settings.push_back(name + "=" + value);
  auto argv = pointers(texts);
  auto envp = pointers(settings);
  const int fd = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0)
    throw std::runtime_error("cannot write " + log);
  const pid_t pid = ::fork();
  if (pid == 0)
    become(folder.c_str(), fd, argv.data(), envp.data());
  ::close(fd);
  if (pid < 0)
    throw std::runtime_error("cannot fork");
  return pid;
}

std::optional<int> ended_child(pid_t pid) {
  int status = 0;
  const auto n = ::waitpid(pid, &status, WNOHANG);
  if (n < 0)
    throw std::runtime_error("no such child");
  if (n == 0)
    return std::nullopt;
  return status;
}

int exit_status(int wait_status) { return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : -1; }

std::string make_folder() {
  std::string path = "/tmp/bankslip-e2e-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr)
    throw std::runtime_error("cannot make a folder under /tmp");
  return path;
}

std::string read_file(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace bankslip::e2e
