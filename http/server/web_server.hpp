#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <caf/expected.hpp>

#include "http/server/connection.hpp"
#include "http/server/router.hpp"

namespace bankslip::http {

struct listen_options {
  std::string host = "127.0.0.1";
  /// 0: any free port.
  int port = 8000;
};

/// A running listener with its threads.
class listener {
public:
  virtual ~listener() = default;
  virtual int port() const = 0;
  /// Refuses new connections, lets requests in progress end, and returns when
  /// no thread is left. May be called twice.
  virtual void stop() = 0;
};

struct web_server_options {
  listen_options listen;
  /// Each open connection holds one.
  std::size_t threads = 64;
  /// Connections that may wait for a thread; beyond it 503 at once.
  std::size_t max_waiting = 512;
  connection_limits limits;
  /// Fills the answer to a request that no handler serves: 400 to 431, 500, 503.
  void (*refuse)(response&, int status, std::string_view detail) = nullptr;
  /// Further header lines of an answer, each with its line end.
  std::string_view (*common_headers)(const response&) = [](const response&) {
    return std::string_view{};
  };
  /// Looks at each answer before it goes out, refusals of whole heads apart.
  std::function<void(const request_head&, response&)> finish = {};
};

/// Takes the port and serves `routes` on it until the listener is stopped or
/// destroyed. `invalid_input` when the port cannot be taken. Handlers run on
/// the server's threads, many at once.
caf::expected<std::unique_ptr<listener>> start_web_server(web_server_options options,
                                                          router routes);

} // namespace bankslip::http
