#include "app/service_manager.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "domain/text/parse.hpp"

namespace bankslip::app {

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

/// A manager that does not read is not waited for.
constexpr timeval longest_wait{1, 0};

std::string_view variable(const char* name) {
  const auto* value = std::getenv(name);
  return value != nullptr ? value : std::string_view{};
}

/// A socket connected to `path`, in the abstract name space where that begins with '@';
/// -1 where there is none.
int connected_to(std::string_view path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@'))
    return -1;
  path.copy(address.sun_path, path.size());
  if (path[0] == '@')
    address.sun_path[0] = '\0';
  const auto fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &longest_wait, sizeof longest_wait);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0)
    return fd;
  ::close(fd);
  return -1;
}

/// CLOCK_MONOTONIC, as the manager compares it.
std::string monotonic_usec() {
  const auto now = steady_clock::now().time_since_epoch();
  return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

std::string extend_timeout(std::chrono::microseconds patience) {
  return "EXTEND_TIMEOUT_USEC=" + std::to_string(patience.count());
}

} // namespace

service_manager::service_manager() : socket_{connected_to(variable("NOTIFY_SOCKET"))} {
  const auto pid = variable("WATCHDOG_PID");
  if (pid.empty() || pid == std::to_string(::getpid()))
    watched_ = std::chrono::microseconds{
        domain::parse_whole<std::int64_t>(variable("WATCHDOG_USEC")).value_or(0)};
}

service_manager::~service_manager() {
  if (socket_ >= 0)
    ::close(socket_);
}

void service_manager::starting(std::string_view reason, std::chrono::seconds patience) {
  std::string status{reason};
  std::replace(status.begin(), status.end(), '\n', ' ');
  tell(extend_timeout(patience) + "\nSTATUS=waiting for " + status);
}

void service_manager::ready() {
  was_ready_ = true;
  tell("READY=1\nSTATUS=serving");
}

void service_manager::reloading() {
  if (was_ready_)
    tell("RELOADING=1\nMONOTONIC_USEC=" + monotonic_usec());
}

void service_manager::reloaded() {
  if (was_ready_)
    ready();
}

void service_manager::stopping(std::chrono::milliseconds patience) {
  tell("STOPPING=1\nSTATUS=stopping\n" + extend_timeout(patience));
}

bool service_manager::wants_sign_of_life() const {
  return watched_ > 0us && steady_clock::now() - last_sign_ >= watched_ / 3;
}

void service_manager::alive() {
  last_sign_ = steady_clock::now();
  tell("WATCHDOG=1");
}

void service_manager::tell(const std::string& state) const {
  if (socket_ >= 0)
    ::send(socket_, state.data(), state.size(), MSG_NOSIGNAL);
}

} // namespace bankslip::app
