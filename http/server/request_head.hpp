#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace bankslip::http {

/// Longest head of a request, in bytes; longer ones are answered 431.
constexpr std::size_t max_head_bytes = 16 * 1024;

/// What the head of a request says, once it has passed every check.
struct request_head {
  std::string method;
  /// As it came: percent-encoded, with query.
  std::string target;
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  /// The client waits for "100 Continue" before it sends the body.
  bool expects_continue = false;
  bool keep_alive = true;
  /// The client knows no chunked answers.
  bool http_1_0 = false;
  /// The body is compressed.
  bool encoded_body = false;
  /// Request line and headers for cpp-httplib: without those that frame the
  /// body, ask for ranges or compression, or look like the library's own.
  std::string forwarded;

  bool has_body() const noexcept { return chunked || content_length.value_or(0) > 0; }
};

/// Why a head is refused; the connection is closed after the answer.
struct head_refusal {
  int status = 400;
  std::string text;
};

/// Checks a whole head (ending with an empty line) by RFC 9112, strictly:
/// anything that two readers could understand differently is refused.
std::variant<request_head, head_refusal> parse_head(std::string_view head);

} // namespace bankslip::http
