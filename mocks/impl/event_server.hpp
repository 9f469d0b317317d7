#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <caf/expected.hpp>

namespace bankslip::mocks {

/// One HTTP/1.1 request as the mock servers need it.
struct http_request {
  std::string_view method;
  std::string_view path;
  std::string_view idempotency_key;
  std::string_view body;
};

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

/// An HTTP/1.1 answer of JSON with its head. `extra` are header lines with
/// their line ends.
std::string http_answer(int status, std::string_view body, std::string_view extra = {});

/// A small HTTP/1.1 server for many kept connections: one thread, a coroutine for
/// each connection, answers that wait without holding a thread and may be no HTTP at
/// all. `listen`, `start` once, then `stop`.
class event_server {
public:
  using handler = std::function<void(const http_request&, reply_plan&)>;

  event_server();
  ~event_server();

  /// Before `start`. Answers the listener's number; `invalid_input` when the
  /// address cannot be taken.
  caf::expected<std::size_t> listen(const std::string& host, int port, handler on_request);
  int port(std::size_t listener) const;

  /// `before_answer` runs after a request was handled and before its answer goes
  /// out; false ends the server.
  void start(std::function<bool()> before_answer);
  void stop();
  /// Whether the thread has ended by itself.
  bool failed() const noexcept;

  /// From a handler: closes a listener and its connections for a while. Who is
  /// being answered gets the answer first.
  void refuse_for(std::size_t listener, std::chrono::milliseconds span);

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace bankslip::mocks
