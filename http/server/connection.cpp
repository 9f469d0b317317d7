#include "http/server/connection.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/server/socket_wait.hpp"

namespace bankslip::http {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t read_bytes = 64 * 1024;

void name_of(const sockaddr_storage& address, socklen_t size, std::string& ip, int& port) {
  char host[NI_MAXHOST];
  char service[NI_MAXSERV];
  if (::getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, host, sizeof host, service,
                    sizeof service, NI_NUMERICHOST | NI_NUMERICSERV)
      != 0)
    return;
  ip = host;
  port = std::atoi(service);
}

} // namespace

connection::connection(int socket, const connection_limits& limits, const server_signals& signals)
    : socket_{socket}, limits_{limits}, signals_{signals} {}

connection::~connection() {
  ::shutdown(socket_, SHUT_RDWR);
  ::close(socket_);
}

ssize_t connection::fill() {
  const auto old = buffer_.size();
  buffer_.resize(old + read_bytes);
  ssize_t n = -1;
  do
    n = ::recv(socket_, buffer_.data() + old, read_bytes, 0);
  while (n < 0 && errno == EINTR);
  buffer_.resize(old + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
  return n;
}

bool connection::await_first_byte() {
  const auto span = fresh_ ? limits_.head : limits_.idle;
  const auto began = steady_clock::now();
  while (buffer_.empty()) {
    const auto busy = signals_.waiting > 0;
    const auto limit = !busy ? span : fresh_ ? limits_.head_when_busy : milliseconds{0};
    const auto left = time_until(began + limit);
    if (wait_readable(socket_, std::min(left, wait_slice)))
      return fill() > 0;
    if (signals_.stopping || left <= milliseconds{0})
      return false;
  }
  return true;
}

connection::head_result connection::await_head() {
  if (signals_.stopping || !await_first_byte())
    return head_result::closed;
  fresh_ = false;
  const auto began = steady_clock::now();
  for (std::size_t searched = 0;;) {
    // Empty lines before a request are allowed.
    while (searched == 0 && buffer_.starts_with("\r\n"))
      buffer_.erase(0, 2);
    const auto end = buffer_.find("\r\n\r\n", searched);
    if (std::min(end, buffer_.size()) > max_head_bytes)
      return refuse(431, "the request's head is too long");
    if (end != std::string::npos)
      return take_head(end + 4);
    searched = buffer_.size() < 3 ? 0 : buffer_.size() - 3;
    const auto limit = signals_.waiting > 0 ? limits_.head_when_busy : limits_.head;
    const auto left = time_until(began + limit);
    if (left <= milliseconds{0})
      return refuse(408, "the request's head took too long");
    if (wait_readable(socket_, std::min(left, wait_slice)) && fill() <= 0)
      return head_result::closed;
  }
}

connection::head_result connection::refuse(int status, std::string text) {
  refusal_ = {status, std::move(text)};
  return head_result::refused;
}

connection::head_result connection::take_head(std::size_t size) {
  auto parsed = parse_head(std::string_view{buffer_}.substr(0, size));
  buffer_.erase(0, size);
  if (auto* refusal = std::get_if<head_refusal>(&parsed)) {
    refusal_ = std::move(*refusal);
    return head_result::refused;
  }
  head_ = std::get<request_head>(std::move(parsed));
  head_read_ = 0;
  body_bytes_ = 0;
  chunks_ = {};
  write_until_.reset();
  body_done_ = !head_.has_body();
  return head_result::ready;
}

void connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = write(bytes.data(), bytes.size());
    if (n <= 0)
      return;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void connection::linger() {
  ::shutdown(socket_, SHUT_WR);
  const auto began = steady_clock::now();
  for (std::uint64_t taken = 0; taken < limits_.linger_bytes;) {
    const auto hurry = signals_.stopping || signals_.waiting > 0;
    const auto limit = began + (hurry ? limits_.linger_when_busy : limits_.linger);
    const auto left = time_until(limit);
    if (left <= milliseconds{0})
      return;
    if (!wait_readable(socket_, std::min(left, wait_slice)))
      continue;
    buffer_.clear();
    const auto n = fill();
    if (n <= 0)
      return;
    taken += static_cast<std::uint64_t>(n);
  }
}

ssize_t connection::read(char* into, size_t size) {
  const auto n = std::min(size, head_.forwarded.size() - head_read_);
  std::copy_n(head_.forwarded.data() + head_read_, n, into);
  head_read_ += n;
  return static_cast<ssize_t>(n);
}

ssize_t connection::write(const char* from, size_t size) {
  const auto stalled_at = steady_clock::now() + limits_.write_stall;
  if (!write_until_)
    write_until_ = steady_clock::now() + limits_.write_total;
  const auto deadline = std::min(stalled_at, *write_until_);
  while (true) {
    const auto n = ::send(socket_, from, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0)
      return n;
    if (errno == EINTR)
      continue;
    if ((errno != EAGAIN && errno != EWOULDBLOCK) || time_until(deadline) <= milliseconds{0})
      return -1;
    wait_writable(socket_, time_until(deadline));
  }
}

void connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getpeername(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0)
    name_of(address, size, ip, port);
}

void connection::get_local_ip_and_port(std::string& ip, int& port) const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0)
    name_of(address, size, ip, port);
}

socket_t connection::socket() const {
  // cpp-httplib refuses numbers that do not fit into its fd_set; it never
  // waits on this socket itself.
  return socket_ < FD_SETSIZE ? socket_ : -1;
}

} // namespace bankslip::http
