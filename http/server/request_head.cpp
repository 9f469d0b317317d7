#include "http/server/request_head.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "domain/text/parse.hpp"
#include "http/server/text.hpp"

namespace bankslip::http {

namespace {

constexpr std::size_t max_target_bytes = 2048;

constexpr std::array<std::string_view, 9> methods = {"GET",    "HEAD",    "POST",  "PUT",  "PATCH",
                                                     "DELETE", "OPTIONS", "TRACE", "QUERY"};

bool is_token_char(char c) noexcept {
  return is_alnum(c) || std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

bool is_visible(char c) noexcept { return c > 0x20 && c < 0x7f; }

/// A header's value may hold anything but control characters.
bool is_value_char(char c) noexcept {
  const auto u = static_cast<unsigned char>(c);
  return c == '\t' || (u >= 0x20 && u != 0x7f);
}

/// Path and query of a target, which may be a whole URL (RFC 9112, section 3.2.2:
/// proxies and old clients send one); empty for any other text.
std::string origin_form(std::string_view target) {
  if (target.starts_with('/'))
    return std::string{target};
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!same_text(target.substr(0, scheme.size()), scheme))
      continue;
    target.remove_prefix(scheme.size());
    const auto end = std::min(target.find_first_of("/?#"), target.size());
    if (end == 0)
      return {};
    target.remove_prefix(end);
    return target.starts_with('/') ? std::string{target} : '/' + std::string{target};
  }
  return {};
}

head_refusal bad(std::string text) { return {400, std::move(text)}; }

struct header_state {
  request_head head;
  int hosts = 0;
  bool has_connection = false;
};

std::optional<head_refusal> take_request_line(std::string_view line, header_state& s) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || last == first)
    return bad("malformed request line");
  const auto method = line.substr(0, first);
  const auto target = line.substr(first + 1, last - first - 1);
  const auto version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0")
    return head_refusal{505, "only HTTP/1.1 and HTTP/1.0 are served"};
  if (method.empty() || !std::all_of(method.begin(), method.end(), is_token_char))
    return bad("malformed request line");
  if (std::find(methods.begin(), methods.end(), method) == methods.end())
    return head_refusal{501, "method not implemented"};
  if (target.size() > max_target_bytes)
    return head_refusal{414, "the request target is too long"};
  s.head.target = origin_form(target);
  if (s.head.target.empty() || !std::all_of(target.begin(), target.end(), is_visible))
    return bad("malformed request target");
  s.head.http_1_0 = version == "HTTP/1.0";
  s.head.method = method;
  return std::nullopt;
}

std::optional<head_refusal> take_content_length(std::string_view value, request_head& head) {
  const auto n = domain::parse_whole<std::uint64_t>(value);
  if (head.content_length || !n)
    return bad("malformed Content-Length");
  head.content_length = n;
  return std::nullopt;
}

std::optional<head_refusal> take_header(std::string_view name, std::string_view value,
                                        header_state& s) {
  auto& head = s.head;
  if (same_text(name, "content-length"))
    return take_content_length(value, head);
  if (same_text(name, "transfer-encoding")) {
    if (head.chunked || !same_text(value, "chunked"))
      return head_refusal{501, "only chunked is a known transfer encoding"};
    head.chunked = true;
  } else if (same_text(name, "expect")) {
    if (!same_text(value, "100-continue"))
      return head_refusal{417, "unknown expectation"};
    head.expects_continue = true;
  } else if (same_text(name, "content-encoding")) {
    head.encoded_body |= !value.empty() && !same_text(value, "identity");
  } else if (same_text(name, "connection")) {
    s.has_connection = true;
    head.keep_alive = s.head.http_1_0 ? same_text(value, "keep-alive") : !same_text(value, "close");
  } else if (same_text(name, "host") && ++s.hosts > 1) {
    return bad("more than one Host");
  }
  return std::nullopt;
}

std::optional<head_refusal> take_line(std::string_view line, header_state& s) {
  const auto colon = line.find(':');
  const auto name = line.substr(0, colon);
  if (colon == std::string_view::npos || name.empty()
      || !std::all_of(name.begin(), name.end(), is_token_char))
    return bad("malformed header line");
  if (!std::all_of(line.begin(), line.end(), is_value_char))
    return bad("control character in a header");
  const auto value = trimmed(line.substr(colon + 1));
  if (auto refusal = take_header(name, value, s))
    return refusal;
  s.head.headers.push_back({std::string{name}, std::string{value}});
  return std::nullopt;
}

} // namespace

std::optional<std::string_view> request_head::find_header(std::string_view name) const {
  for (const auto& h : headers)
    if (same_text(h.name, name))
      return h.value;
  return std::nullopt;
}

namespace {

/// Calls `visit` with each "name=value" of the target's query, until it answers true.
template <class Visit>
void visit_query(std::string_view target, Visit visit) {
  auto rest = target.substr(0, target.find('#'));
  for (auto at = rest.find('?'); at != std::string_view::npos; at = rest.find('&')) {
    rest.remove_prefix(at + 1);
    const auto pair = rest.substr(0, rest.find('&'));
    const auto equals = std::min(pair.find('='), pair.size());
    if (visit(form_decoded(pair.substr(0, equals)), pair.substr(std::min(equals + 1, pair.size()))))
      return;
  }
}

} // namespace

std::optional<std::string> request_head::find_query(std::string_view name) const {
  std::optional<std::string> found;
  visit_query(target, [&](const std::string& own, std::string_view value) {
    if (own == name)
      found = form_decoded(value);
    return found.has_value();
  });
  return found;
}

std::vector<std::string> request_head::query_names() const {
  std::vector<std::string> names;
  visit_query(target, [&](std::string own, std::string_view) {
    if (!own.empty())
      names.push_back(std::move(own));
    return false;
  });
  return names;
}

std::variant<request_head, head_refusal> parse_head(std::string_view text) {
  header_state s;
  bool first = true;
  while (!text.starts_with("\r\n")) {
    const auto end = text.find("\r\n");
    if (end == std::string_view::npos)
      return bad("malformed header line");
    const auto line = text.substr(0, end);
    const auto refusal = first ? take_request_line(line, s) : take_line(line, s);
    if (refusal)
      return *refusal;
    first = false;
    text.remove_prefix(end + 2);
  }
  if (first)
    return bad("malformed request line");
  if (s.head.chunked && (s.head.content_length || s.head.http_1_0))
    return bad("ambiguous length of the body");
  if (s.head.http_1_0 && !s.has_connection)
    s.head.keep_alive = false;
  return std::move(s.head);
}

} // namespace bankslip::http
