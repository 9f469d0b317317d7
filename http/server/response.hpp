#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "http/server/request_head.hpp"

namespace bankslip::http {

/// The answer to a request, filled by its handler.
struct response {
  int status = 200;
  std::string content_type;
  /// Further headers; those that frame the body are the server's.
  std::vector<header> headers;
  std::string body;
  /// Takes the body's place where one text would be too large: appends the next
  /// bytes to its argument; none is the end. False breaks the connection off, so
  /// that a shorter body does not look complete.
  std::function<bool(std::string&)> stream;
  /// Takes the body's place where the answer outlives its thread: called once the head
  /// is out, with the socket, which it owns from then on. The body is whatever is
  /// written to it, unframed, up to the connection's end.
  std::function<void(int socket)> hand_over = {};
};

/// Status line and headers of `answer`, with the empty line at their end.
/// `close`: it is the connection's last one. `common` are lines of every answer.
std::string response_head(const response& answer, const request_head& request, bool close,
                          std::string_view common = {});

/// Appends `bytes` to `out` as a chunk (RFC 9112, section 7.1); none is the last one.
void append_chunk(std::string& out, std::string_view bytes);

} // namespace bankslip::http
