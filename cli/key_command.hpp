#pragma once

#include <ostream>
#include <string>

#include "domain/api_key.hpp"

/// `bankslip key new`: makes a key of the API.
namespace bankslip::cli {

struct key_options {
  /// The client's name; see `domain::is_api_key_name`.
  std::string name;
  /// "ingest,read"
  std::string scopes;
  /// 0: any number.
  std::uint32_t requests_a_second = 0;
  std::int64_t rows_a_day = 0;
};

/// Prints the key on the first line, which is the only time that it is shown, and on the
/// second one the line for API_KEYS_FILE. `hint` is told what to do with them. Answers the
/// exit status.
int new_key(const key_options& options, std::ostream& out, std::ostream& hint);

} // namespace bankslip::cli
