#pragma once

#include <memory>
#include <thread>

#include <caf/expected.hpp>
#include <httplib.h>

#include "http/http.hpp"
#include "http/server/bounded_pool.hpp"
#include "http/server/connection.hpp"
#include "http/server/router.hpp"

namespace bankslip::http {

struct web_server_options {
  listen_options listen;
  std::size_t threads = 64;
  /// Connections that may wait for a thread; beyond it 503 at once.
  std::size_t max_waiting = 512;
  connection_limits limits;
};

/// cpp-httplib's server with connections, heads, bodies and routes in our own
/// hands; the library finds the request's parts and writes the answer.
class web_server final : private httplib::Server, public listener {
public:
  web_server(web_server_options options, router routes);
  ~web_server() override;

  /// Takes the port and begins to serve. `invalid_input` when it is taken.
  caf::error start();

  int port() const override { return port_; }
  void stop() override;

private:
  void accept_all();
  void serve(int socket);
  void refuse(int socket);
  bool serve_one(connection& c);
  void dispatch(const httplib::Request& req, httplib::Response& res);
  bool bind();
  void install();
  template <class Self>
  static bool run_request(Self& self, connection& c, bool& closed);

  web_server_options options_;
  router routes_;
  server_signals signals_;
  int port_ = 0;
  std::unique_ptr<bounded_pool> pool_;
  std::thread acceptor_;
};

/// Makes and starts one.
caf::expected<std::unique_ptr<listener>> start_web_server(web_server_options options,
                                                          router routes);

} // namespace bankslip::http
