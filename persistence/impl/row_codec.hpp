#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ports.hpp"
#include "persistence/impl/binary.hpp"
#include "persistence/impl/pq_connection.hpp"

/// Rows of `bankslips` to and from PostgreSQL's binary form.
namespace bankslip::persistence {

/// COPY statement for `copy_rows`.
extern const char* const copy_statement;

/// The whole binary COPY stream for `rows`; those with a slip have
/// `updated_on` = `now`. Reuses `out`.
void copy_rows(std::span<const domain::new_row> rows, domain::utc_time now, std::string& out);

/// Inserts where the key is free, answers the keys that were won.
extern const statement insert_statement;
binary_params insert_params(std::span<const domain::new_row> rows);

/// New states of rows that are there.
extern const statement update_statement;
binary_params update_params(std::span<const domain::row_update> updates);

/// Rows by key; the second in order of the key and locked.
extern const statement find_statement;
extern const statement lock_statement;
binary_params key_params(std::span<const std::string_view> ids);
std::vector<domain::stored_debt> read_rows(const PGresult* result);

} // namespace bankslip::persistence
