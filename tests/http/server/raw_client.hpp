#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <boost/test/unit_test.hpp>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bankslip::http::fakes {

/// A plain socket, for what a well-behaved client would never send.
class raw_client {
public:
  explicit raw_client(int port) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(static_cast<std::uint16_t>(port));
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    BOOST_REQUIRE(::connect(socket_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
  }
  ~raw_client() { close(); }
  raw_client(const raw_client&) = delete;
  raw_client& operator=(const raw_client&) = delete;

  /// False once the server has closed the connection.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0)
        return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  /// Bytes that the kernel takes now, without waiting for more room.
  std::size_t send_some(std::string_view bytes) {
    const auto n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return n > 0 ? static_cast<std::size_t>(n) : 0;
  }

  bool writable_within(int ms) {
    pollfd p{socket_, POLLOUT, 0};
    return ::poll(&p, 1, ms) > 0;
  }

  void end_sending() { ::shutdown(socket_, SHUT_WR); }

  /// Everything until the server closes, or ten seconds without a byte.
  std::string read_all() {
    std::string all;
    while (read_more(all)) {
    }
    return all;
  }

  /// Until `end` was seen, the server closes, or ten seconds without a byte.
  std::string read_until(std::string_view end) {
    std::string all;
    while (all.find(end) == std::string::npos && read_more(all)) {
    }
    return all;
  }

  /// Waits until the server closes, however long; false when the connection breaks.
  bool await_end() {
    char buffer[4096];
    for (;;)
      if (const auto n = ::recv(socket_, buffer, sizeof buffer, 0); n <= 0)
        return n == 0;
  }

  void close() {
    if (socket_ >= 0)
      ::close(std::exchange(socket_, -1));
  }

private:
  bool read_more(std::string& all) {
    pollfd p{socket_, POLLIN, 0};
    if (::poll(&p, 1, 10'000) <= 0)
      return false;
    char buffer[4096];
    const auto n = ::recv(socket_, buffer, sizeof buffer, 0);
    if (n <= 0)
      return false;
    all.append(buffer, static_cast<std::size_t>(n));
    return true;
  }

  int socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
};

} // namespace bankslip::http::fakes
