#include "http/server/bounded_pool.hpp"

#include <algorithm>
#include <utility>

namespace bankslip::http {

bounded_pool::bounded_pool(std::size_t threads, std::size_t max_waiting, server_signals& signals,
                           std::function<void(int)> serve)
    : max_waiting_{max_waiting}, signals_{signals}, serve_{std::move(serve)}, idle_{threads} {
  for (std::size_t i = 0; i < threads; ++i)
    threads_.emplace_back([this] { run(); });
}

bounded_pool::~bounded_pool() { shutdown(); }

bool bounded_pool::push(int socket) {
  const std::lock_guard guard{mutex_};
  if (stopped_ || sockets_.size() >= max_waiting_)
    return false;
  sockets_.push_back(socket);
  tell_waiting();
  wake_.notify_one();
  return true;
}

// A socket for which a thread is free does not wait: idle connections may stay.
void bounded_pool::tell_waiting() {
  signals_.waiting = sockets_.size() - std::min(sockets_.size(), idle_);
}

void bounded_pool::shutdown() {
  {
    const std::lock_guard guard{mutex_};
    stopped_ = true;
  }
  wake_.notify_all();
  for (auto& t : threads_)
    t.join();
  threads_.clear();
}

void bounded_pool::run() {
  std::unique_lock lock{mutex_};
  while (true) {
    wake_.wait(lock, [this] { return stopped_ || !sockets_.empty(); });
    if (sockets_.empty())
      return;
    const auto socket = sockets_.front();
    sockets_.pop_front();
    --idle_;
    tell_waiting();
    lock.unlock();
    serve_(socket);
    lock.lock();
    ++idle_;
    tell_waiting();
  }
}

} // namespace bankslip::http
