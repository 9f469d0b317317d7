#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <caf/error.hpp>

namespace bankslip::http {

class library_port;

/// Listens on a port and hands each accepted socket on, from a thread of its own. A port that
/// is lost, for want of memory or descriptors, is opened again. This is all that is cpp-httplib's.
class acceptor {
public:
  /// `take` has the socket from then on.
  explicit acceptor(std::function<void(int socket)> take);
  ~acceptor();
  acceptor(const acceptor&) = delete;
  acceptor& operator=(const acceptor&) = delete;

  /// Takes the port, 0 any free one. `invalid_input` when it cannot be taken.
  caf::error open(const std::string& host, int port);
  int port() const noexcept { return port_; }
  /// Begins to accept; once, after `open`.
  void start();
  /// Returns when nothing more is accepted. May be called twice.
  void stop();

private:
  bool bind(int port);
  void accept_all();

  std::function<void(int)> take_;
  std::string host_;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  /// `stop` ends the port that the thread may be replacing.
  std::mutex mutex_;
  std::unique_ptr<library_port> library_;
  std::thread thread_;
};

} // namespace bankslip::http
