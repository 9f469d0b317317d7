#include "http/server/response.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

namespace bankslip::http {

namespace {

/// Those of a usual head: its body is put behind it.
constexpr std::size_t head_bytes = 640;

constexpr std::pair<int, std::string_view> reasons[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {302, "Found"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
};

/// RFC 9112 lets it be empty, but for its space.
std::string_view reason_of(int status) {
  const auto* found = std::ranges::find(reasons, status, &std::pair<int, std::string_view>::first);
  return found == std::end(reasons) ? "" : found->second;
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
