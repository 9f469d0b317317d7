#include "http/server/socket_wait.hpp"

#include <algorithm>
#include <cstdint>

#include <poll.h>

namespace bankslip::http {

namespace {

bool wait_for(int socket, short events, std::chrono::milliseconds span) {
  pollfd p{socket, events, 0};
  const auto ms = std::clamp<std::int64_t>(span.count(), 0, 60'000);
  return ::poll(&p, 1, static_cast<int>(ms)) > 0;
}

} // namespace

std::chrono::milliseconds time_until(std::chrono::steady_clock::time_point deadline) {
  return std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
}

bool wait_readable(int socket, std::chrono::milliseconds span) {
  return wait_for(socket, POLLIN, span);
}

bool wait_writable(int socket, std::chrono::milliseconds span) {
  return wait_for(socket, POLLOUT, span);
}

} // namespace bankslip::http
