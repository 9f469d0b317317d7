#pragma once

#include <string>

namespace bankslip::cli {

/// How a command speaks with a server, and to whom it shows the answer.
struct server_options {
  /// Scheme, host and port of the API.
  std::string url = "http://127.0.0.1:8000";
  /// Key of the API; empty: none. Never shown.
  std::string key;
  /// Print the server's own JSON instead of text for people.
  bool json = false;
  /// Redraw one line, as on a terminal.
  bool terminal = false;
};

} // namespace bankslip::cli
