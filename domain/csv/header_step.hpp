#pragma once

#include "domain/csv/row_cutter.hpp"

namespace bankslip::domain {

/// Takes one byte of the header line, whose separator is not known before the
/// first ',' or ';' outside quotes (0 until then). True when `c` ends the line.
inline bool step_header(char c, quote_state& state, char& separator) noexcept {
  const bool quote = c == '"';
  if (state == quote_state::quoted) {
    if (quote)
      state = quote_state::quote_in_quoted;
    return false;
  }
  if (quote && state != quote_state::plain) {
    state = quote_state::quoted;
    return false;
  }
  if (separator == 0 && (c == ',' || c == ';'))
    separator = c;
  const bool line_end = c == '\n';
  const bool field_end = separator != 0 && c == separator;
  state = line_end || field_end ? quote_state::field_start : quote_state::plain;
  return line_end;
}

} // namespace bankslip::domain
