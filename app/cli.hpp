#pragma once

#include <string>
#include <variant>
#include <vector>

#include "app/config.hpp"
#include "cli/boleto_command.hpp"
#include "cli/generate_command.hpp"
#include "cli/upload_client.hpp"
#include "mocks/mock_services.hpp"

/// The command line of the program.
namespace bankslip::app {

/// `bankslip serve`
struct serve_command {
  config settings;
};

/// `bankslip migrate`
struct migrate_command {
  config settings;
};

/// `bankslip upload FILE`
struct upload_command {
  cli::upload_client_options options;
};

/// `bankslip mock-services`
struct mock_services_command {
  mocks::mock_options options;
};

/// `bankslip generate`
struct generate_command {
  cli::generate_options options;
};

/// `bankslip boleto inspect CODE`
struct inspect_command {
  std::string code;
};

/// `bankslip boleto encode`
struct encode_command {
  cli::boleto_encode_options options;
};

/// Nothing is left to do: help, the version or an error.
struct finished {
  int status = 0;
  /// For standard output, or for standard error when `status` is not 0.
  std::string text;
};

using command = std::variant<serve_command, migrate_command, upload_command, mock_services_command,
                             generate_command, inspect_command, encode_command, finished>;

/// Reads the arguments (without the program's name). `sources` gives
/// environment and `.env` for `serve` and `migrate`.
command parse_command(std::vector<std::string> arguments, config_sources sources);

} // namespace bankslip::app
