#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ports.hpp"
#include "persistence/impl/binary.hpp"
#include "persistence/impl/pq_connection.hpp"

/// Rows of `bankslips` to and from PostgreSQL's binary form, made of the lists in
/// `bankslips.hpp`.
namespace bankslip::persistence {

/// COPY statement for a `copy_stream`.
extern const std::string copy_statement;

/// Rows in binary COPY's form, a slice at a time: a large wave takes no more memory
/// than a small one, and a slice is still in the core's cache when it is sent.
class copy_stream final : public copy_source {
public:
  /// `now` is the start of the transaction. `rows` must outlive this.
  copy_stream(std::span<const domain::new_row> rows, domain::utc_time now)
      : rows_{rows}, now_{now} {}

  std::string_view next() override;

private:
  std::span<const domain::new_row> rows_;
  domain::utc_time now_;
  binary_writer slice_;
  std::size_t next_row_ = 0;
  bool begun_ = false;
  bool ended_ = false;
};

/// Inserts where the key is free, answers the keys that were won. `now` is the start
/// of the transaction.
extern const statement insert_statement;
binary_params insert_params(std::span<const domain::new_row> rows, domain::utc_time now);

/// Gives rows that are there their new states.
extern const statement update_statement;
binary_params update_params(std::span<const domain::row_update> updates);

/// Whole rows by key; the second locks them, in order of the key.
extern const statement find_statement;
extern const statement lock_statement;
binary_params key_params(std::span<const std::string_view> ids);
domain::stored_debt read_row(const PGresult* result, int row);
std::vector<domain::stored_debt> read_rows(const PGresult* result);

} // namespace bankslip::persistence
