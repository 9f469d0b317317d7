#include "cli/key_command.hpp"

namespace bankslip::cli {

int new_key(const key_options& options, std::ostream& out, std::ostream& hint) {
  const auto secret = domain::new_api_key();
  domain::api_key key;
  key.name = options.name;
  key.digest = domain::sha256(secret);
  key.scopes = domain::parse_scopes(options.scopes).value_or(domain::scope_set{});
  key.requests_a_second = options.requests_a_second;
  key.rows_a_day = options.rows_a_day;
  out << secret << '\n' << domain::format_api_key(key) << '\n';
  hint << "The first line is the key: give it to the client, it is shown only now.\n"
          "Append the second one to API_KEYS_FILE and send SIGHUP to the server.\n";
  return 0;
}

} // namespace bankslip::cli
