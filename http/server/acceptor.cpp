#include "http/server/acceptor.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <httplib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "domain/error.hpp"
#include "http/server/socket_wait.hpp"
#include "telemetry/log.hpp"

namespace bankslip::http {

namespace {

constexpr int accept_backlog = 1024;

void exclusive_port(socket_t sock) {
  int yes = 1;
  ::setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

/// Passes sockets through on the accepting thread: the waiting is the pool's.
class no_queue final : public httplib::TaskQueue {
  // The library's versions differ: void or bool.
  using enqueued = decltype(std::declval<httplib::TaskQueue&>().enqueue({}));

public:
  enqueued enqueue(std::function<void()> take) override {
    take();
    return enqueued(true);
  }
  void shutdown() override {}
};

} // namespace

/// Binds, listens, accepts and hands each socket to `take`. Used once: a port that the library
/// gave up it opens no more.
class library_port final : public httplib::Server {
public:
  explicit library_port(std::function<void(int)> take) : take_{std::move(take)} {
    set_tcp_nodelay(true);
    set_socket_options(exclusive_port);
    new_task_queue = [] { return new no_queue; };
  }

  /// Answers the port, for 0 any free one; 0: it cannot be had.
  int bind(const std::string& host, int port) {
    if (port == 0)
      port = std::max(0, bind_to_any_port(host));
    else if (!bind_to_port(host, port))
      return 0;
    // The library's own backlog is 5.
    return port != 0 && ::listen(svr_sock_, accept_backlog) == 0 ? port : 0;
  }
  /// Ends the library's wait for connections; it closes the socket itself.
  void end() { ::shutdown(svr_sock_, SHUT_RDWR); }
  /// Closes a port that was bound and never waited for.
  void close() { ::close(svr_sock_); }

private:
  bool process_and_close_socket(socket_t socket) override {
    take_(static_cast<int>(socket));
    return true;
  }

  std::function<void(int)> take_;
};

acceptor::acceptor(std::function<void(int)> take) : take_{std::move(take)} {}

acceptor::~acceptor() { stop(); }

caf::error acceptor::open(const std::string& host, int port) {
  host_ = host;
  errno = 0;
  if (bind(port))
    return {};
  const std::string why = errno != 0 ? std::strerror(errno) : "no such address";
  return domain::make_error(domain::errc::invalid_input,
                            "cannot listen on " + host + ':' + std::to_string(port) + ": " + why);
}

bool acceptor::bind(int port) {
  auto fresh = std::make_unique<library_port>(take_);
  const auto got = fresh->bind(host_, port);
  const std::lock_guard lock{mutex_};
  library_ = std::move(fresh);
  if (port_ == 0)
    port_ = got;
  return got != 0;
}

void acceptor::start() {
  thread_ = std::thread{[this] { accept_all(); }};
}

void acceptor::accept_all() {
  bool bound = true;
  while (!stopping_) {
    if (bound)
      library_->listen_after_bind();
    if (stopping_)
      return;
    // Out of memory or descriptors the library gives up and closes the port.
    telemetry::log_error("the listener ended, it is opened again", {{"port", port_}});
    std::this_thread::sleep_for(wait_slice);
    bound = bind(port_);
  }
  if (bound)
    library_->close();
}

void acceptor::stop() {
  if (!thread_.joinable())
    return;
  stopping_ = true;
  {
    const std::lock_guard lock{mutex_};
    library_->end();
  }
  thread_.join();
}

} // namespace bankslip::http
