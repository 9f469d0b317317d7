#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "http/server/body_stream.hpp"
#include "http/server/chunked_decoder.hpp"
#include "http/server/request_head.hpp"

namespace bankslip::http {

using steady_clock = std::chrono::steady_clock;

/// Signals of a server to its connections. Thread-safe.
struct server_signals {
  /// No new requests.
  std::atomic<bool> stopping{false};
  /// When it began to stop, in the steady clock's own ticks.
  std::atomic<steady_clock::rep> stopping_since{0};
  /// Connections that wait for a thread: idle ones should leave theirs.
  std::atomic<std::size_t> waiting{0};
};

/// Time limits of a connection.
struct connection_limits {
  /// Longest time from the first to the last byte of a head.
  std::chrono::milliseconds head{10'000};
  /// The same while other connections wait for a thread.
  std::chrono::milliseconds head_when_busy{500};
  /// Longest wait for the next request of a kept connection.
  std::chrono::milliseconds idle{15'000};
  /// Longest wait for a client that takes no byte of an answer.
  std::chrono::milliseconds write_stall{15'000};
  /// Longest time for one answer.
  std::chrono::milliseconds write_total{600'000};
  /// How long a body may still come in once the server stops.
  std::chrono::milliseconds stop_grace{10'000};
  /// Longest time of reading and throwing away, so that a client that is still
  /// sending sees an early answer instead of a reset.
  std::chrono::milliseconds linger{5'000};
  /// The same while other connections wait, or the server stops.
  std::chrono::milliseconds linger_when_busy{500};
  std::uint64_t linger_bytes = 512ull << 20;
  /// The same for a client that may not send anything: answered 401.
  std::uint64_t linger_bytes_of_stranger = 1 << 20;
};

/// An accepted socket: reads heads and bodies and writes answers, with deadlines
/// and bounds. Owns the socket. Belongs to one thread.
class connection final : public body_stream {
public:
  connection(int socket, const connection_limits& limits, const server_signals& signals);
  ~connection() override;

  enum class head_result : std::uint8_t { ready, refused, closed };

  /// Waits for the next request's head.
  head_result await_head();
  const request_head& head() const noexcept { return head_; }
  const head_refusal& refusal() const noexcept { return refusal_; }
  /// Address of the other end, without its port.
  const std::string& address() const noexcept { return address_; }

  void begin_body(const body_limits& limits) override;
  body_result read_body(std::string& out) override;
  /// Whether the next byte on the wire belongs to the next request.
  bool body_finished() const noexcept { return body_done_; }

  /// Sends all of `bytes`. False when the client has gone or takes too long.
  bool send(std::string_view bytes);
  /// Gives the socket away: this object does nothing more with it.
  int release() { return std::exchange(socket_, -1); }
  /// Ends our side, takes what the client still sends, for a while and up to `bytes`.
  void linger(std::uint64_t bytes);
  void linger() { linger(limits_.linger_bytes); }

private:
  enum class wait_result : std::uint8_t { ready, timed_out, stopped };

  bool await_first_byte();
  head_result refuse(int status, std::string text);
  head_result take_head(std::size_t size);
  std::ptrdiff_t send_some(std::string_view bytes);
  wait_result wait_for_body();
  body_result check_pace(steady_clock::duration waited, std::size_t bytes);
  body_result decode_buffer(std::string& out);
  bool stop_grace_over() const;
  /// Reads what is there behind `buffer_`; 0 at the end, -1 on an error.
  std::ptrdiff_t fill();

  int socket_;
  std::string address_;
  const connection_limits& limits_;
  const server_signals& signals_;
  /// Bytes read and not yet used.
  std::string buffer_;
  bool fresh_ = true;

  request_head head_;
  head_refusal refusal_;
  /// Begins with the answer: an upload may take longer than that.
  std::optional<steady_clock::time_point> write_until_;

  body_limits body_;
  steady_clock::time_point body_until_;
  steady_clock::duration rate_waited_{};
  std::uint64_t rate_bytes_ = 0;
  std::uint64_t body_bytes_ = 0;
  chunked_decoder chunks_;
  bool body_done_ = true;
};

} // namespace bankslip::http
