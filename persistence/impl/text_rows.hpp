#pragma once

#include <cstdint>
#include <string_view>

#include "domain/ports.hpp"
#include "persistence/impl/text_result.hpp"

/// Rows from PostgreSQL's text form.
namespace bankslip::persistence {

/// Does the same as `binary_cell`, over a row in text form.
class text_cell {
public:
  explicit text_cell(const text_row& row) : row_{row} { read(); }

  bool null() const { return null_; }
  std::string_view text() const { return text_; }
  bool boolean() const { return text() == "t"; }
  std::int64_t number() const;
  domain::money amount() const;
  domain::date date() const;
  domain::utc_time time() const;

  void next() {
    ++column_;
    read();
  }

private:
  void read() {
    if (column_ == row_.size())
      return;
    const auto field = row_[column_];
    null_ = field.is_null();
    text_ = field.view();
  }

  const text_row& row_;
  int column_ = 0;
  bool null_ = true;
  std::string_view text_;
};

/// Reads a row that begins with `all_columns` of `bankslips`.
domain::stored_debt read_row(const text_row& row);

/// Reads "2026-11-25 03:00:13.123456+00" (the session's zone is UTC); the epoch for
/// infinite times.
domain::utc_time parse_timestamp(std::string_view text) noexcept;

} // namespace bankslip::persistence
