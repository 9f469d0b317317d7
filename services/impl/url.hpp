#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bankslip::services {

/// A service's address, taken apart.
struct service_url {
  /// "http", "https", "smtp" or "smtps".
  std::string scheme;
  std::string host;
  int port = 0;
  /// Decoded; empty when there are none.
  std::string user;
  std::string password;
  /// Without the slash at its end.
  std::string path;

  /// `scheme://host:port/path`, without user and password: what may stand in
  /// logs and errors.
  std::string base() const;
};

/// Reads an address; nothing when it is not a URL of one of these schemes or
/// carries a query or fragment. Default ports: 80, 443, 25 (587 is not
/// guessed), 465.
std::optional<service_url> parse_service_url(std::string_view text);

/// Whether `text` is an absolute address of http or https, with whatever query.
bool is_web_address(std::string_view text);

} // namespace bankslip::services
