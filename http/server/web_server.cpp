#include "http/server/web_server.hpp"

#include <exception>
#include <memory>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

#include "http/server/acceptor.hpp"
#include "http/server/bounded_pool.hpp"
#include "http/server/request_id.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::http {

namespace {

constexpr std::string_view no_route = "unmatched";

/// Each accepted socket becomes a connection of ours on a thread of the pool.
class web_server final : public listener {
public:
  web_server(web_server_options options, router routes)
      : options_{std::move(options)}, routes_{std::move(routes)} {}
  ~web_server() override { stop(); }

  caf::error start();
  int port() const override { return acceptor_.port(); }
  void stop() override;

private:
  void take(int socket);
  void turn_away(int socket);
  void serve(int socket);
  bool serve_one(connection& c);
  std::string_view dispatch(const request_head& head, connection& c, response& answer);
  void run(const handler& serve, exchange& x);
  bool write(connection& c, const response& answer, bool close) const;
  std::string refusal(int status, std::string_view detail) const;

  web_server_options options_;
  router routes_;
  server_signals signals_;
  std::unique_ptr<bounded_pool> pool_;
  acceptor acceptor_{[this](int socket) { take(socket); }};
};

caf::error web_server::start() {
  if (auto problem = acceptor_.open(options_.listen.host, options_.listen.port))
    return problem;
  pool_ = std::make_unique<bounded_pool>(options_.threads, options_.max_waiting, signals_,
                                         [this](int socket) { serve(socket); });
  acceptor_.start();
  return {};
}

void web_server::stop() {
  if (!pool_ || signals_.stopping)
    return;
  signals_.stopping_since = steady_clock::now().time_since_epoch().count();
  signals_.stopping = true;
  acceptor_.stop();
  pool_->shutdown();
}

void web_server::take(int socket) {
  if (!pool_->push(socket))
    turn_away(socket);
}

void web_server::turn_away(int socket) {
  const auto answer = refusal(503, "too many connections, try again later");
  ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  ::shutdown(socket, SHUT_RDWR);
  ::close(socket);
  telemetry::count_http_request(no_route, "-", 503);
}

std::string web_server::refusal(int status, std::string_view detail) const {
  response answer;
  options_.refuse(answer, status, detail);
  request_head unread;
  unread.id = request_id({});
  return response_head(answer, unread, true, options_.common_headers(answer)) + answer.body;
}

void web_server::serve(int socket) {
  connection c{socket, options_.limits, signals_};
  while (serve_one(c)) {
  }
}

bool web_server::serve_one(connection& c) {
  switch (c.await_head()) {
    case connection::head_result::closed:
      return false;
    case connection::head_result::refused:
      telemetry::count_http_request(no_route, "-", c.refusal().status);
      c.send(refusal(c.refusal().status, c.refusal().text));
      // Who took too long has nothing more under way.
      if (c.refusal().status != 408)
        c.linger();
      return false;
    case connection::head_result::ready:
      break;
  }
  const auto began = steady_clock::now();
  const auto& head = c.head();
  const telemetry::log_scope named{{"request_id", head.id}};
  response answer;
  const auto route = dispatch(head, c, answer);
  if (options_.finish)
    options_.finish(head, answer);
  // Before the answer goes out: who has it may ask for the metrics next.
  telemetry::count_http_request(route, head.method, answer.status);
  // HTTP/1.0 knows no chunks: the end of the connection is the end of the body.
  const auto close = !head.keep_alive || !c.body_finished() || (answer.stream && head.http_1_0)
                     || answer.hand_over;
  const auto written = write(c, answer, close);
  const std::chrono::duration<double, std::milli> took = steady_clock::now() - began;
  telemetry::log(answer.status >= 500 ? telemetry::log_level::warn : telemetry::log_level::debug,
                 "http request",
                 {{"method", head.method},
                  {"route", route},
                  {"status", answer.status},
                  {"ms", static_cast<std::int64_t>(took.count())}});
  if (written && answer.hand_over && head.method != "HEAD") {
    answer.hand_over(c.release());
    return false;
  }
  if (written && !c.body_finished())
    c.linger(answer.status == 401 ? options_.limits.linger_bytes_of_stranger
                                  : options_.limits.linger_bytes);
  return written && !close;
}

bool web_server::write(connection& c, const response& answer, bool close) const {
  auto out = response_head(answer, c.head(), close, options_.common_headers(answer));
  if (c.head().method == "HEAD" || answer.hand_over)
    return c.send(out);
  if (!answer.stream)
    return c.send(out += answer.body);
  std::string part;
  do {
    part.clear();
    if (!answer.stream(part))
      return false;
    if (c.head().http_1_0)
      out += part;
    else
      append_chunk(out, part);
    if (!c.send(std::exchange(out, {})))
      return false;
  } while (!part.empty());
  return true;
}

/// Fills the answer; returns the route's pattern, for the metrics.
std::string_view web_server::dispatch(const request_head& head, connection& c, response& answer) {
  auto found = routes_.find(head.method, head.target);
  if (is_path_too_long(head.target))
    options_.refuse(answer, 414, "URI Too Long");
  else if (head.encoded_body)
    options_.refuse(answer, 415, "a compressed body is not accepted");
  else if (found.pattern.empty())
    options_.refuse(answer, 404, "Not Found");
  else if (!found.serve) {
    answer.headers.push_back({"Allow", found.allowed});
    options_.refuse(answer, 405, "Method Not Allowed");
  } else {
    exchange x{head, answer, c, std::move(found.params), c.address()};
    run(*found.serve, x);
  }
  return found.pattern.empty() ? no_route : found.pattern;
}

void web_server::run(const handler& serve, exchange& x) {
  std::string problem;
  try {
    return serve(x);
  } catch (const std::exception& known) {
    problem = known.what();
  } catch (...) {
    problem = "unknown";
  }
  telemetry::log_error("a request handler failed", {{"error", problem}});
  x.response = {};
  options_.refuse(x.response, 500, "Internal Server Error");
}

} // namespace

caf::expected<std::unique_ptr<listener>> start_web_server(web_server_options options,
                                                          router routes) {
  auto server = std::make_unique<web_server>(std::move(options), std::move(routes));
  if (auto problem = server->start())
    return problem;
  return std::unique_ptr<listener>{std::move(server)};
}

} // namespace bankslip::http
