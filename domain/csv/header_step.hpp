#pragma once

#include <string_view>

#include "domain/csv/row_cutter.hpp"

namespace bankslip::domain {

/// These may stand between the fields, the likeliest first.
inline constexpr std::string_view usual_separators = ",;\t|";

constexpr bool is_line_end(char c) noexcept { return c == '\n' || c == '\r'; }

/// Takes one byte of the lines up to the header, whose separator is not known yet:
/// any of the usual ones, or `told`, begins a field. True when `c` ends the line.
inline bool step_header(char c, quote_state& state, char told) noexcept {
  if (state == quote_state::quoted) {
    if (c == '"')
      state = quote_state::quote_in_quoted;
    return false;
  }
  if (c == '"' && state != quote_state::plain) {
    state = quote_state::quoted;
    return false;
  }
  const bool fresh =
      is_line_end(c) || c == told || usual_separators.find(c) != std::string_view::npos;
  state = fresh ? quote_state::field_start : quote_state::plain;
  return is_line_end(c);
}

} // namespace bankslip::domain
