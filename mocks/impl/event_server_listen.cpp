#include <cerrno>
#include <cstring>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "domain/error.hpp"
#include "mocks/impl/event_server.hpp"

namespace bankslip::mocks {

namespace {

caf::error cannot(const std::string& host, int port, const std::string& why) {
  return domain::make_error(domain::errc::invalid_input,
                            "cannot listen on " + host + ":" + std::to_string(port) + ": " + why);
}

int bind_to(const addrinfo& address) {
  int fd = ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return -1;
  int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  // Inherited by every accepted connection.
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::bind(fd, address.ai_addr, address.ai_addrlen) == 0 && ::listen(fd, 1024) == 0)
    return fd;
  int error = errno;
  ::close(fd);
  errno = error;
  return -1;
}

int port_of(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  if (address.ss_family == AF_INET6)
    return ntohs(reinterpret_cast<sockaddr_in6&>(address).sin6_port);
  return ntohs(reinterpret_cast<sockaddr_in&>(address).sin_port);
}

} // namespace

caf::error event_server::open(listener& l) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  int failure = ::getaddrinfo(l.host.c_str(), std::to_string(l.port).c_str(), &hints, &found);
  if (failure != 0)
    return cannot(l.host, l.port, ::gai_strerror(failure));
  l.fd = bind_to(*found);
  ::freeaddrinfo(found);
  if (l.fd < 0)
    return cannot(l.host, l.port, std::strerror(errno));
  if (l.port == 0)
    l.port = port_of(l.fd);
  return {};
}

void event_server::refuse_for(std::size_t index, std::chrono::milliseconds span) {
  auto& l = listeners_[index];
  if (l.fd >= 0) {
    ::close(l.fd);
    l.fd = -1;
    timers_.push({std::chrono::steady_clock::now() + span, 0, index});
  }
  // The connection that asked for it gets its answer first.
  for (auto& c : connections_) {
    if (!c || c->from != index)
      continue;
    if (c->answering)
      c->plan.after = reply_plan::ending::close;
    else
      close(*c, true);
  }
}

} // namespace bankslip::mocks
