#pragma once

#include <string_view>

#include <libpq-fe.h>

#include "domain/ports.hpp"
#include "persistence/impl/binary.hpp"

namespace bankslip::persistence {

/// Reads columns of a binary result; what it answers lives as long as that.
class row_reader {
public:
  explicit row_reader(const PGresult* r) : result_{r} {}

  std::string_view text(int row, int column) const noexcept {
    return {PQgetvalue(result_, row, column),
            static_cast<std::size_t>(PQgetlength(result_, row, column))};
  }
  /// Null for null.
  const char* value(int row, int column) const noexcept {
    return PQgetisnull(result_, row, column) ? nullptr : PQgetvalue(result_, row, column);
  }

  row_location where(int row, int column) const noexcept {
    return read_location(value(row, column));
  }

  /// Columns as `find_statement` has them.
  domain::stored_debt read(int row) const;
  /// Columns 0 to 5.
  void read_content(int row, domain::debt& d) const;
  /// Whether columns 1 to 5 are those of `d`.
  bool has_content(int row, const domain::debt& d) const noexcept;
  domain::origin read_origin(int row, int column) const noexcept;
  /// Of the columns `propagated` and the one behind it.
  domain::debt_status status(int row, int column, bool has_slip) const noexcept;

private:
  domain::money amount(int row) const noexcept;
  domain::date due_date(int row) const noexcept;

  const PGresult* result_;
};

} // namespace bankslip::persistence
