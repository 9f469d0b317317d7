#include "http/server/web_server.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <exception>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

#include "domain/error.hpp"
#include "http/api/answers.hpp"
#include "http/server/socket_wait.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::http {

namespace {

/// cpp-httplib's handlers do not see the connection; the request at hand of
/// each thread is found here.
struct current_request {
  connection* peer = nullptr;
  std::string_view route;
  int status = 0;
};
thread_local current_request current;

constexpr int accept_backlog = 1024;
constexpr std::string_view no_route = "unmatched";

void exclusive_port(socket_t sock) {
  int yes = 1;
  ::setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

void log_request(const connection& c, double milliseconds) {
  const auto level =
      current.status >= 500 ? telemetry::log_level::warn : telemetry::log_level::debug;
  telemetry::log(level, "http request",
                 {{"method", c.head().method},
                  {"route", current.route},
                  {"status", current.status},
                  {"ms", static_cast<std::int64_t>(milliseconds)}});
}

} // namespace

web_server::web_server(web_server_options options, router routes)
    : options_{std::move(options)}, routes_{std::move(routes)} {
  install();
}

web_server::~web_server() { stop(); }

void web_server::install() {
  set_tcp_nodelay(true);
  set_socket_options(exclusive_port);
  set_pre_routing_handler([this](const httplib::Request& req, httplib::Response& res) {
    dispatch(req, res);
    return HandlerResponse::Handled;
  });
  set_post_routing_handler([](const httplib::Request&, httplib::Response& res) {
    const auto& peer = *current.peer;
    current.status = res.status;
    // Before the answer goes out: who has it may ask for the metrics next.
    telemetry::count_http_request(current.route, peer.head().method, res.status);
    res.headers.erase("Keep-Alive");
    res.headers.erase("Accept-Ranges");
    if (!peer.head().keep_alive || !peer.body_finished()) {
      res.headers.erase("Connection");
      res.set_header("Connection", "close");
    }
  });
  set_exception_handler([](const httplib::Request&, httplib::Response& res, std::exception_ptr e) {
    std::string text = "unknown";
    try {
      std::rethrow_exception(e);
    } catch (const std::exception& known) {
      text = known.what();
    } catch (...) {
    }
    telemetry::log_error("a request handler failed", {{"error", text}});
    answer_detail(res, 500, "Internal Server Error");
  });
  set_error_handler(HandlerWithResponse{[](const httplib::Request&, httplib::Response& res) {
    if (!res.body.empty())
      return HandlerResponse::Unhandled;
    answer_detail(res, res.status, "Bad Request");
    return HandlerResponse::Handled;
  }});
}

bool web_server::bind() {
  errno = 0;
  const auto& at = options_.listen;
  if (at.port == 0) {
    port_ = bind_to_any_port(at.host);
    return port_ > 0;
  }
  port_ = at.port;
  return bind_to_port(at.host, at.port);
}

caf::error web_server::start() {
  if (!bind()) {
    const std::string why = errno != 0 ? std::strerror(errno) : "no such address";
    return domain::make_error(domain::errc::invalid_input,
                              "cannot listen on " + options_.listen.host + ':'
                                  + std::to_string(options_.listen.port) + ": " + why);
  }
  // The library's own backlog is 5.
  ::listen(svr_sock_, accept_backlog);
  pool_ = std::make_unique<bounded_pool>(options_.threads, options_.max_waiting, signals_,
                                         [this](int socket) { serve(socket); });
  acceptor_ = std::thread{[this] { accept_all(); }};
  return {};
}

void web_server::stop() {
  if (!acceptor_.joinable())
    return;
  signals_.stopping_since = steady_clock::now().time_since_epoch().count();
  signals_.stopping = true;
  acceptor_.join();
  pool_->shutdown();
}

void web_server::accept_all() {
  const int door = svr_sock_;
  while (!signals_.stopping) {
    if (!wait_readable(door, wait_slice))
      continue;
    const auto socket = ::accept4(door, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket >= 0 && !pool_->push(socket))
      refuse(socket);
    // Out of descriptors or memory: what is open has to end first.
    if (socket < 0 && errno != EINTR && errno != EAGAIN && errno != ECONNABORTED)
      std::this_thread::sleep_for(wait_slice);
  }
  svr_sock_ = INVALID_SOCKET;
  ::close(door);
}

void web_server::refuse(int socket) {
  const auto answer = closing_answer(503, "too many connections, try again later");
  ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  ::shutdown(socket, SHUT_RDWR);
  ::close(socket);
  telemetry::count_http_request(no_route, "-", 503);
}

void web_server::serve(int socket) {
  connection c{socket, options_.limits, signals_};
  while (serve_one(c)) {
  }
}

template <class Self>
bool web_server::run_request(Self& self, connection& c, bool& closed) {
  const std::function<void(httplib::Request&)> none;
  if constexpr (requires { self.process_request(c, false, closed, none); }) {
    return self.process_request(c, false, closed, none);
  } else {
    std::string remote;
    std::string local;
    int remote_port = 0;
    int local_port = 0;
    c.get_remote_ip_and_port(remote, remote_port);
    c.get_local_ip_and_port(local, local_port);
    return self.process_request(c, remote, remote_port, local, local_port, false, closed, none);
  }
}

bool web_server::serve_one(connection& c) {
  switch (c.await_head()) {
    case connection::head_result::closed:
      return false;
    case connection::head_result::refused:
      telemetry::count_http_request(no_route, "-", c.refusal().status);
      c.send(closing_answer(c.refusal().status, c.refusal().text));
      // Who took too long has nothing more under way.
      if (c.refusal().status != 408)
        c.linger();
      return false;
    case connection::head_result::ready:
      break;
  }
  const auto began = steady_clock::now();
  current = {&c, no_route, 0};
  bool closed = false;
  const auto written = run_request(*this, c, closed);
  const std::chrono::duration<double, std::milli> took = steady_clock::now() - began;
  if (current.status == 0)
    telemetry::count_http_request(current.route, c.head().method, 0);
  log_request(c, took.count());
  if (!written)
    return false;
  if (!c.body_finished())
    c.linger();
  return c.body_finished() && c.head().keep_alive;
}

void web_server::dispatch(const httplib::Request& req, httplib::Response& res) {
  auto& peer = *current.peer;
  const auto& head = peer.head();
  if (is_path_too_long(head.target))
    return answer_detail(res, 414, "URI Too Long");
  if (head.encoded_body)
    return answer_detail(res, 415, "a compressed body is not accepted");
  auto found = routes_.find(head.method, head.target);
  if (found.pattern.empty())
    return answer_detail(res, 404, "Not Found");
  current.route = found.pattern;
  if (!found.serve) {
    res.set_header("Allow", found.allowed);
    return answer_detail(res, 405, "Method Not Allowed");
  }
  exchange x{req, res, peer, std::move(found.params)};
  (*found.serve)(x);
}

caf::expected<std::unique_ptr<listener>> start_web_server(web_server_options options,
                                                          router routes) {
  auto server = std::make_unique<web_server>(std::move(options), std::move(routes));
  if (auto problem = server->start())
    return problem;
  return std::unique_ptr<listener>{std::move(server)};
}

} // namespace bankslip::http
