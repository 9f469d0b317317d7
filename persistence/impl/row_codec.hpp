#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/ports.hpp"
#include "persistence/impl/binary.hpp"
#include "persistence/impl/pq_connection.hpp"
#include "persistence/impl/row_places.hpp"

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

/// Rows by key, or where they lie, with as little as a repetition is known by.
extern const statement check_statement;
extern const statement check_places_statement;
/// Which of their columns the place is.
constexpr int check_place_column = 10;
binary_params place_params(std::span<const std::pair<place, std::size_t>> places);

std::string_view read_text(const PGresult* result, int row, int column) noexcept;
place read_place(const PGresult* result, int row, int column) noexcept;

/// Gathers rows of the check: the final ones in `out`, whose memory is used again.
class checked_rows {
public:
  explicit checked_rows(std::vector<domain::stored_debt>& out) : out_{out} {}

  void add(const PGresult* result, int row);

  /// Once, after the last row: the ids of those that are not final.
  std::vector<std::string> finish();

  std::vector<domain::stored_debt>& out() noexcept { return out_; }

private:
  std::vector<domain::stored_debt>& out_;
  std::size_t used_ = 0;
  std::vector<std::string> open_;
};

} // namespace bankslip::persistence
