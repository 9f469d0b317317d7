#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace bankslip::mocks {

/// One HTTP/1.1 request as the mock servers need it. Views into the
/// connection's buffer.
struct http_request {
  std::string_view method;
  std::string_view path;
  std::string_view idempotency_key;
  std::string_view body;
  bool keep_alive = true;
  /// Bytes of the buffer that it takes.
  std::size_t size = 0;
};

/// Outcome of looking at a buffer.
struct request_reading {
  enum class kind { complete, incomplete, bad } what = kind::incomplete;
  /// Status and text for `bad`.
  int status = 400;
  std::string_view problem;
  http_request request;
};

/// Most bytes of a request's head and body.
constexpr std::size_t max_head_bytes = 16 * 1024;
constexpr std::size_t max_body_bytes = 1024 * 1024;

/// Reads the request at the start of `buffer`. Bodies need a Content-Length.
request_reading read_request(std::string_view buffer);

/// An HTTP/1.1 answer of JSON with its head. `extra` are header lines with
/// their line ends.
std::string http_answer(int status, std::string_view body, std::string_view extra = {});

/// "Too Many Requests" and the like.
std::string_view status_phrase(int status);

} // namespace bankslip::mocks
