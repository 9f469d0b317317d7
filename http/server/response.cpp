#include "http/server/response.hpp"

#include <charconv>

namespace bankslip::http {

namespace {

/// Those of a usual head: its body is put behind it.
constexpr std::size_t head_bytes = 640;

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 302:
      return "Found";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      // RFC 9112 lets it be empty, but for its space.
      return "";
  }
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

} // namespace

std::string response_head(const response& answer, const request_head& request, bool close,
                          std::string_view common) {
  std::string out;
  out.reserve(head_bytes + answer.body.size());
  out.append("HTTP/1.1 ").append(std::to_string(answer.status)).append(" ");
  out.append(reason_of(answer.status)).append("\r\n");
  if (!answer.content_type.empty())
    append_header(out, "Content-Type", answer.content_type);
  if (!request.id.empty())
    append_header(out, "X-Request-Id", request.id);
  for (const auto& h : answer.headers)
    append_header(out, h.name, h.value);
  out.append(common);
  if (answer.status == 204 || answer.status == 304 || answer.hand_over)
    ; // No body, so no length of one (RFC 9110, section 8.6), or one without a known end.
  else if (!answer.stream)
    append_header(out, "Content-Length", std::to_string(answer.body.size()));
  else if (!request.http_1_0)
    append_header(out, "Transfer-Encoding", "chunked");
  if (close)
    append_header(out, "Connection", "close");
  else if (request.http_1_0)
    append_header(out, "Connection", "keep-alive");
  return out += "\r\n";
}

void append_chunk(std::string& out, std::string_view bytes) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof digits, bytes.size(), 16).ptr;
  out.append(digits, end).append("\r\n").append(bytes).append("\r\n");
}

} // namespace bankslip::http
