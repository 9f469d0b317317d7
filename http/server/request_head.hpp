#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace bankslip::http {

/// Longest head of a request, in bytes; longer ones are answered 431.
constexpr std::size_t max_head_bytes = 16 * 1024;

/// A header line, as it came or as it goes out.
struct header {
  std::string name;
  std::string value;
};

/// The head of a request, once it has passed every check.
struct request_head {
  /// Names the request in its answer (X-Request-Id) and in log lines.
  std::string id;
  std::string method;
  /// Path and query as they came, percent-encoded; never an absolute URL.
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
  std::vector<header> headers;

  bool has_body() const noexcept { return chunked || content_length.value_or(0) > 0; }
  /// Value of the first header with that name in any case; nothing without one.
  std::optional<std::string_view> find_header(std::string_view name) const;
  /// Value of the query's first parameter with that name, decoded.
  std::optional<std::string> find_query(std::string_view name) const;
  /// Names of the query's parameters, decoded.
  std::vector<std::string> query_names() const;
};

/// Why a request is refused; the connection is closed after the answer.
struct head_refusal {
  int status = 400;
  std::string text;
};

/// Checks a whole head (ending with an empty line) by RFC 9112, strictly:
/// anything that two readers could understand differently is refused. An
/// absolute target is taken, and its path and query kept.
std::variant<request_head, head_refusal> parse_head(std::string_view head);

} // namespace bankslip::http
