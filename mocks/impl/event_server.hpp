#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <string>
#include <thread>
#include <vector>

#include <caf/expected.hpp>

#include "mocks/impl/http_request.hpp"

namespace bankslip::mocks {

/// How a request is answered.
struct reply_plan {
  /// Head and body as they go out; may be empty.
  std::string bytes;
  /// Called for more bytes each time all are sent; answers false at the end.
  std::function<bool(std::string& more)> producer;
  /// Wait before the first byte.
  std::chrono::microseconds delay{0};
  /// Above zero: one byte at a time, with this wait between two.
  std::chrono::milliseconds drip{0};
  enum class ending { keep, close, reset } after = ending::keep;
};

/// A small HTTP/1.1 server for many kept connections: one thread, epoll,
/// answers that wait without holding a thread. `start` once, then `stop`.
class event_server {
public:
  using handler = std::function<void(const http_request&, reply_plan&)>;

  event_server();
  ~event_server();
  event_server(const event_server&) = delete;
  event_server& operator=(const event_server&) = delete;

  /// Before `start`. Answers the listener's number; `invalid_input` when the
  /// address cannot be taken.
  caf::expected<std::size_t> listen(const std::string& host, int port, handler on_request);
  int port(std::size_t listener) const { return listeners_[listener].port; }

  /// `before_answers` runs after the requests of a round were handled and
  /// before any of their answers goes out; false ends the server.
  void start(std::function<bool()> before_answers);
  void stop();
  /// Whether the thread has ended by itself.
  bool failed() const noexcept { return failed_; }

  /// From a handler: closes a listener and its connections for a while.
  void refuse_for(std::size_t listener, std::chrono::milliseconds span);

private:
  using time_point = std::chrono::steady_clock::time_point;

  struct listener {
    int fd = -1;
    int port = 0;
    std::string host;
    handler on_request;
  };

  struct connection {
    int fd = -1;
    std::size_t from = 0;
    std::uint64_t number = 0;
    std::string in;
    reply_plan plan;
    std::size_t sent = 0;
    bool answering = false;
    /// What the answer says was done has been recorded: it may go out.
    bool begun = false;
  };

  struct timer {
    time_point at;
    /// A connection's number, or 0 for a listener to be opened again.
    std::uint64_t number;
    std::size_t index;
    bool operator>(const timer& other) const noexcept { return at > other.at; }
  };

  void run();
  void accept_all(std::size_t listener);
  void read_all(connection& c);
  void handle_next(connection& c);
  void begin_answers();
  void send_some(connection& c);
  void end_answer(connection& c);
  void close(connection& c, bool reset = false);
  void fire_timers();
  int wait_ms() const;
  caf::error open(listener& l);
  void watch_listener(std::size_t index);
  connection* find(std::size_t fd, std::uint64_t number);

  int epoll_ = -1;
  int wake_ = -1;
  std::vector<listener> listeners_;
  /// By descriptor.
  std::vector<std::unique_ptr<connection>> connections_;
  std::vector<std::pair<int, std::uint64_t>> ready_;
  std::priority_queue<timer, std::vector<timer>, std::greater<>> timers_;
  std::function<bool()> before_answers_;
  std::uint64_t next_number_ = 1;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> failed_{false};
  std::thread thread_;
};

} // namespace bankslip::mocks
