#pragma once

#include <cstddef>
#include <string_view>

#include <caf/error.hpp>
#include <caf/expected.hpp>

#include "domain/csv/row_cutter.hpp"

/// The lines at the start of a file.
namespace bankslip::domain {

/// Reads a header line, without its line end. Names may be quoted and have blanks
/// around them; columns may stand in any order, further ones are ignored. The
/// separator is the one of , ; tab | and `told` (0 for none) that makes the six
/// names appear. `invalid_input` names the columns that are missing or there twice,
/// what was read, and the likely cause.
caf::expected<csv_dialect> parse_header(std::string_view line, char told = 0);

/// Returns the X of a line `sep=X`, as spreadsheets write it; 0 for any other line.
char told_separator(std::string_view line) noexcept;

/// Whether `row` holds nothing but separators and blanks.
bool is_blank_row(std::string_view row, char separator) noexcept;

/// The same, above the header, where the separator is not known.
bool is_blank_line(std::string_view line) noexcept;

/// `invalid_input` for a header below `lines` others, of which `first` is one.
caf::error title_above_header(std::string_view first, std::size_t lines);

} // namespace bankslip::domain
