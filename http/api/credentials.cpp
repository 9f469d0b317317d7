#include "http/api/credentials.hpp"

#include <algorithm>

#include "http/server/text.hpp"

namespace bankslip::http {

namespace {

/// The token of "Bearer TOKEN"; empty for another scheme.
std::string_view bearer_token(std::string_view value) {
  constexpr std::string_view scheme = "bearer";
  const auto end = std::min(value.find(' '), value.size());
  return same_text(value.substr(0, end), scheme) ? trimmed(value.substr(end)) : std::string_view{};
}

/// Calls `take` with the value of each of our cookies.
template <class Take>
void each_session(std::string_view cookies, Take take) {
  while (!cookies.empty()) {
    const auto end = std::min(cookies.find(';'), cookies.size());
    const auto pair = trimmed(cookies.substr(0, end));
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == session_cookie)
      take(pair.substr(equals + 1));
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
  }
}

void add(credential& found, credential::kind kind, std::string_view text) {
  if (found.is == credential::kind::none)
    found = {kind, text};
  else
    found = {credential::kind::several, {}};
}

bool is_ipv4(std::string_view host) {
  return host.find_first_not_of("0123456789.") == std::string_view::npos;
}

} // namespace

std::string_view authority_of(std::string_view origin) {
  const auto at = origin.find("://");
  return at == std::string_view::npos ? std::string_view{} : origin.substr(at + 3);
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" || (is_ipv4(host) && host.starts_with("127."));
}

bool is_local_host(std::string_view host) {
  if (host.starts_with('['))
    return true;
  host = host.substr(0, host.find(':'));
  if (host.ends_with('.'))
    host.remove_suffix(1);
  const auto dot = host.rfind('.');
  return dot == std::string_view::npos || is_ipv4(host)
         || same_text(host.substr(dot + 1), "localhost");
}

credential find_credential(const request_head& request) {
  credential key, session;
  for (const auto& h : request.headers) {
    if (same_text(h.name, "x-api-key"))
      add(key, credential::kind::key, h.value);
    else if (same_text(h.name, "authorization") && !bearer_token(h.value).empty())
      add(key, credential::kind::key, bearer_token(h.value));
    else if (same_text(h.name, "cookie"))
      each_session(h.value, [&](auto text) { add(session, credential::kind::session, text); });
  }
  return key.is == credential::kind::none ? session : key;
}

bool is_same_origin(const request_head& request) {
  if (const auto site = request.find_header("Sec-Fetch-Site"))
    return *site == "same-origin";
  const auto origin = authority_of(request.find_header("Origin").value_or(""));
  return !origin.empty() && same_text(origin, request.find_header("Host").value_or(""));
}

bool is_over_tls(const request_head& request) {
  return same_text(request.find_header("X-Forwarded-Proto").value_or(""), "https");
}

std::string session_cookie_line(std::string_view token, std::int64_t seconds, bool secure) {
  std::string out{session_cookie};
  out.append("=").append(token).append("; Path=/; Max-Age=").append(std::to_string(seconds));
  out += "; HttpOnly; SameSite=Strict";
  return secure ? out += "; Secure" : out;
}

} // namespace bankslip::http
