#pragma once

#include <string>

#include "domain/ports.hpp"
#include "persistence/impl/pqxx_compat.hpp"

/// Rows from PostgreSQL's text form, as libpqxx gives them.
namespace bankslip::persistence {

/// Columns of `bankslips` that `read_debt` takes, from the first on.
extern const std::string debt_columns;
domain::stored_debt read_debt(const pqxx::row& row);

/// "2026-11-25 03:00:13.123456+00" (the session's zone is UTC); the epoch for
/// infinite times.
domain::utc_time parse_timestamp(std::string_view text) noexcept;

} // namespace bankslip::persistence
