#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <boost/test/unit_test.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <httplib.h>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/api/api.hpp"
#include "tests/http/api/fake_front.hpp"

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

/// A real listener in front of fake actors.
class api_fixture {
public:
  api_fixture() { options.listen.port = 0; }
  ~api_fixture() {
    api.reset();
    if (front_)
      caf::anon_send_exit(front_, caf::exit_reason::user_shutdown);
    if (const auto p = w->with([](world& x) { return std::exchange(x.parser, {}); }))
      caf::anon_send_exit(p, caf::exit_reason::user_shutdown);
  }

  /// Starts the listener at its first use; `options` may be changed before.
  int port() {
    if (!api) {
      front_ = system.spawn(front, w);
      auto started = start_api(options, system, front_);
      BOOST_REQUIRE(started);
      api = std::move(*started);
    }
    return api->port();
  }

  httplib::Client client() {
    httplib::Client c{"127.0.0.1", port()};
    c.set_tcp_nodelay(true);
    return c;
  }

  raw_client connect() { return raw_client{port()}; }

  /// One request over a plain socket, and all that comes back.
  std::string exchange(std::string_view request) {
    raw_client c{port()};
    c.send(request);
    return c.read_all();
  }

  caf::actor_system_config config;
  caf::actor_system system{config};
  world_ptr w = std::make_shared<world>();
  api_options options;
  std::unique_ptr<listener> api;

private:
  actors::front_actor front_;
};

constexpr std::string_view boundary = "XyZ-boundary";

/// A multipart body with `content` as the field `file`.
inline std::string multipart_body(std::string_view content, std::string_view field = "file") {
  std::string body{"--"};
  body.append(boundary).append("\r\nContent-Disposition: form-data; name=\"");
  body.append(field).append("\"; filename=\"debts.csv\"\r\nContent-Type: text/csv\r\n\r\n");
  body.append(content).append("\r\n--").append(boundary).append("--\r\n");
  return body;
}

inline std::string multipart_type() {
  return "multipart/form-data; boundary=" + std::string{boundary};
}

/// Head of an upload; `framing` is "Content-Length: 5" or the like.
inline std::string upload_head(const std::string& framing) {
  return "POST /bankslip/batch HTTP/1.1\r\nHost: x\r\nContent-Type: " + multipart_type() + "\r\n"
         + framing + "\r\n\r\n";
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

} // namespace bankslip::http::fakes
