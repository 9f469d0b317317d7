#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.hpp"

namespace bankslip::app {

/// One value that can be set, from its variable or its command-line option.
struct setting {
  /// "SERVER_PORT"
  std::string variable;
  /// "--server-port"
  std::string option;
  /// For `--help`.
  std::string help;
  /// "0 to 65535"
  std::string allowed;
  /// The value may hold a password: never shown.
  bool secret = false;
  /// Also of use to `bankslip migrate`.
  bool for_migrate = false;
  /// Takes the text into the config; false when it is not allowed.
  std::function<bool(config&, std::string_view)> take;
  /// The value in a config, as text.
  std::function<std::string(const config&)> show;
};

/// All settings, in the order of `--help`.
const std::vector<setting>& settings();

} // namespace bankslip::app
