#pragma once

#include <string>
#include <string_view>

namespace bankslip::slips {

/// The letters that a page writes in its embedded font, in order of appearance:
/// letter `i` has the code 0x80 + i. ASCII stands for itself.
struct letter_table {
  std::u32string letters;

  /// Takes `c` in; '?' where the font does not have it or the table is full.
  char code_of(char32_t c);
};

/// A text as the page prints it.
struct printed_text {
  /// Windows-1252, or codes of the letter table where it is not `plain`.
  std::string bytes;
  /// The reader's own Helvetica has every character.
  bool plain = true;
};

/// `text` (UTF-8) ready to be printed: composed, so that a letter and the accent
/// behind it are one; each control character a space. Letters that the embedded
/// font lacks are written without their accents; what remains becomes '?'.
/// Without a table only Windows-1252 is written. At most 1000 characters.
printed_text print_text(std::string_view text, letter_table* table);

} // namespace bankslip::slips
