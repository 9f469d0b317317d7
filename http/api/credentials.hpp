#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/server/request_head.hpp"

/// Reads from a request who sends it.
namespace bankslip::http {

constexpr std::string_view session_cookie = "bankslip_session";

struct credential {
  enum class kind : std::uint8_t {
    none,
    /// Authorization: Bearer, or X-API-Key.
    key,
    /// The page's cookie.
    session,
    /// Two that could be read differently by somebody else: nobody is taken for anybody.
    several,
  };
  kind is = kind::none;
  std::string_view text = {};
};

/// A key goes before a cookie. Schemes of Authorization other than Bearer are passed over:
/// a proxy may use them.
credential find_credential(const request_head& request);

/// Whether a browser sends the request for a page of this very server. A page of another
/// origin can make a browser send neither header otherwise: Sec-Fetch-Site and Origin are
/// the browser's own. Sec-Fetch-Site is absent over plain HTTP but from localhost; then
/// Origin, which every POST and DELETE of a browser has, must name the Host. Without both
/// it is no.
bool is_same_origin(const request_head& request);

/// Host and port of "https://host:port".
std::string_view authority_of(std::string_view origin);

/// Whether an address to listen on is reached from this machine only.
bool is_loopback(std::string_view host);

/// Whether no page of elsewhere can have that Host: localhost, an address, a name without a
/// dot, which no public name server knows, or none at all.
bool is_local_host(std::string_view host);

/// Whether the client speaks TLS, to us or to a proxy that says so.
bool is_over_tls(const request_head& request);

/// Value of Set-Cookie that begins or, with an empty `token`, ends a session.
std::string session_cookie_line(std::string_view token, std::int64_t seconds, bool secure);

} // namespace bankslip::http
