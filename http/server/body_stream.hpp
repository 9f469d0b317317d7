#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace bankslip::http {

/// How fast a body must come in. Only time spent waiting for the client counts
/// for the rate.
struct body_limits {
  std::uint64_t max_bytes = 64 * 1024;
  std::chrono::milliseconds total{15'000};
  std::uint64_t min_bytes_per_second = 0;
  std::chrono::milliseconds rate_window{30'000};
};

enum class body_result : std::uint8_t {
  /// Bytes were appended.
  bytes,
  /// The body is complete.
  end,
  /// More bytes than allowed.
  too_large,
  /// The client closed its side before the end.
  truncated,
  /// Broken chunked framing.
  malformed,
  /// Below the minimum rate, or over the total time.
  too_slow,
  /// The server stops.
  stopping,
};

/// The body of the request at hand, read as it comes in.
class body_stream {
public:
  body_stream() = default;
  virtual ~body_stream() = default;
  body_stream(const body_stream&) = delete;
  body_stream& operator=(const body_stream&) = delete;

  /// Begins the body; its clock starts now. Call it before the first read.
  virtual void begin_body(const body_limits& limits) = 0;
  /// Appends what is there to `out`, waiting for at least one byte.
  virtual body_result read_body(std::string& out) = 0;
};

} // namespace bankslip::http
