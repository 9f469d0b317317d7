#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "http/server/connection.hpp"

namespace bankslip::http {

/// Threads that serve accepted sockets, with a bounded queue in front.
class bounded_pool {
public:
  /// `serve` takes a socket over and closes it.
  bounded_pool(std::size_t threads, std::size_t max_waiting, server_signals& signals,
               std::function<void(int)> serve);
  ~bounded_pool();
  bounded_pool(const bounded_pool&) = delete;
  bounded_pool& operator=(const bounded_pool&) = delete;

  /// False when the queue is full: the socket stays the caller's.
  bool push(int socket);
  /// Serves what waits and joins the threads.
  void shutdown();

private:
  void run();
  void tell_waiting();

  std::size_t max_waiting_;
  server_signals& signals_;
  std::function<void(int)> serve_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<int> sockets_;
  /// Threads without a socket.
  std::size_t idle_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

} // namespace bankslip::http
