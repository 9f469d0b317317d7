#pragma once

#include <cstdint>
#include <string_view>

#include <libpq-fe.h>

#include "persistence/impl/binary.hpp"

namespace bankslip::persistence {

/// One value of a binary result of libpq. Null is the empty text, zero, false or the
/// epoch. Texts live as long as the result.
class binary_cell {
public:
  binary_cell(const PGresult* result, int row, int column = 0) noexcept
      : result_{result}, row_{row}, column_{column} {}

  bool null() const noexcept { return PQgetisnull(result_, row_, column_) != 0; }
  std::string_view text() const noexcept { return {bytes(), size()}; }
  bool boolean() const noexcept { return size() != 0 && *bytes() != 0; }
  domain::money amount() const noexcept { return null() ? domain::money{} : read_money(bytes()); }
  domain::date date() const noexcept { return null() ? domain::date{} : read_date(bytes()); }
  domain::utc_time time() const noexcept {
    return null() ? domain::utc_time{} : read_time(bytes());
  }
  row_location location() const noexcept { return read_location(bytes()); }
  /// A smallint, an integer or a bigint.
  std::int64_t number() const noexcept {
    switch (size()) {
      case 2:
        return read_int16(bytes());
      case 4:
        return read_int32(bytes());
      case 8:
        return read_int64(bytes());
    }
    return 0;
  }

  /// Moves on to the column behind it.
  void next() noexcept { ++column_; }

private:
  const char* bytes() const noexcept { return PQgetvalue(result_, row_, column_); }
  std::size_t size() const noexcept {
    return static_cast<std::size_t>(PQgetlength(result_, row_, column_));
  }

  const PGresult* result_;
  int row_;
  int column_;
};

} // namespace bankslip::persistence
