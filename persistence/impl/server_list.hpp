#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <caf/error.hpp>
#include <caf/expected.hpp>

namespace bankslip::persistence {

/// Servers in libpq's form: as many ports as hosts, or one.
struct server_list {
  std::string hosts;
  std::string ports;
  std::size_t count = 0;
};

/// Reads POSTGRES_SERVER and POSTGRES_PORT. Answers `invalid_input` with the variable and
/// the part of it that is wrong.
caf::expected<server_list> read_servers(std::string_view hosts, std::string_view ports);

} // namespace bankslip::persistence
