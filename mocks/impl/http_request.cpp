#include "mocks/impl/http_request.hpp"

#include <charconv>

#include "domain/text/ascii.hpp"

namespace bankslip::mocks {

namespace {

using domain::same_text;

request_reading bad(int status, std::string_view problem) {
  return {request_reading::kind::bad, status, problem, {}};
}

/// Takes one header line; answers a problem or nothing.
std::string_view take_header(std::string_view line, http_request& out, std::size_t& length) {
  auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0)
    return "a header line without a name";
  auto name = line.substr(0, colon);
  auto value = domain::trimmed(line.substr(colon + 1));
  if (same_text(name, "content-length")) {
    auto [end, ec] = std::from_chars(value.data(), value.data() + value.size(), length);
    if (ec != std::errc{} || end != value.data() + value.size())
      return "Content-Length is no number";
  } else if (same_text(name, "idempotency-key")) {
    out.idempotency_key = value;
  } else if (same_text(name, "connection")) {
    out.keep_alive = !same_text(value, "close");
  } else if (same_text(name, "transfer-encoding")) {
    return "send the body with Content-Length";
  }
  return {};
}

} // namespace

request_reading read_request(std::string_view buffer) {
  auto head_end = buffer.find("\r\n\r\n");
  if (head_end == std::string_view::npos) {
    if (buffer.size() > max_head_bytes)
      return bad(431, "the request's head is too long");
    return {};
  }
  auto line_end = buffer.find("\r\n");
  auto line = buffer.substr(0, line_end);
  auto first = line.find(' ');
  auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last
      || !line.substr(last + 1).starts_with("HTTP/1."))
    return bad(400, "no HTTP/1.1 request line");
  request_reading out;
  out.request.method = line.substr(0, first);
  out.request.path = line.substr(first + 1, last - first - 1);
  out.request.keep_alive = line.ends_with("1.1");
  std::size_t length = 0;
  while (line_end < head_end) {
    auto begin = line_end + 2;
    line_end = buffer.find("\r\n", begin);
    auto problem = take_header(buffer.substr(begin, line_end - begin), out.request, length);
    if (!problem.empty())
      return bad(problem.starts_with("send") ? 411 : 400, problem);
  }
  if (length > max_body_bytes)
    return bad(413, "the body is longer than 1 MiB");
  if (buffer.size() - head_end - 4 < length)
    return {};
  out.request.body = buffer.substr(head_end + 4, length);
  out.request.size = head_end + 4 + length;
  out.what = request_reading::kind::complete;
  return out;
}

std::string_view status_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Status";
  }
}

std::string http_answer(int status, std::string_view body, std::string_view extra) {
  std::string out;
  out.reserve(128 + extra.size() + body.size());
  out.append("HTTP/1.1 ").append(std::to_string(status)).append(" ").append(status_phrase(status));
  out.append("\r\nContent-Type: application/json\r\nContent-Length: ");
  out.append(std::to_string(body.size())).append("\r\n").append(extra).append("\r\n");
  out.append(body);
  return out;
}

} // namespace bankslip::mocks
