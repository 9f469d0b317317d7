#pragma once

#include <string_view>

#include "domain/ports.hpp"
#include "persistence/impl/text_result.hpp"

/// Rows from PostgreSQL's text form.
namespace bankslip::persistence {

/// Reads a row that begins with `all_columns` of `bankslips`.
domain::stored_debt read_row(const text_row& row);

/// Reads "2026-11-25 03:00:13.123456+00" (the session's zone is UTC); the epoch for
/// infinite times.
domain::utc_time parse_timestamp(std::string_view text) noexcept;

} // namespace bankslip::persistence
