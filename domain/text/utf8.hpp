#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// The one reader of UTF-8 (Unicode 15, table 3-7). Characters are code points.
namespace bankslip::domain {

/// Stands for each byte that is not part of valid UTF-8.
inline constexpr char32_t replacement_character = 0xFFFD;
inline constexpr std::string_view replacement_text = "\xEF\xBF\xBD";

/// Whether `c` is a byte inside or at the end of a character.
constexpr bool is_continuation(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// Returns how many bytes the character at `text[pos]` has; 0 when there is no
/// valid one. `pos` must be inside `text`.
std::size_t character_size(std::string_view text, std::size_t pos) noexcept;

/// Reads the character at `text[pos]` and moves `pos` behind it; returns
/// `replacement_character` for a byte that is not part of valid UTF-8. `pos`
/// must be inside `text`.
char32_t next_character(std::string_view text, std::size_t& pos) noexcept;

/// Counts the characters of `text`; nothing when it holds NUL or is not valid
/// UTF-8.
std::optional<std::size_t> count_characters(std::string_view text) noexcept;

/// Whether `text` is valid UTF-8 without NUL.
bool is_clean_utf8(std::string_view text) noexcept;

/// Whether `text` holds a control character: U+0000 to U+001F, U+007F to U+009F.
bool has_control_character(std::string_view text) noexcept;

/// Returns the first `max_bytes` of `text`, cut at a character boundary, with
/// NUL and whatever is not UTF-8 replaced by U+FFFD; fit for JSON and PostgreSQL.
std::string clean_utf8(std::string_view text, std::size_t max_bytes = std::string_view::npos);

/// Does the work of `without_blanks`, for texts that may have some.
std::string_view strip_blanks(std::string_view text) noexcept;

/// Returns `text` without spaces, tabs and no-break spaces (U+00A0) at its ends.
inline std::string_view without_blanks(std::string_view text) noexcept {
  auto plain = [](char c) { return static_cast<signed char>(c) > ' '; };
  return !text.empty() && plain(text.front()) && plain(text.back()) ? text : strip_blanks(text);
}

/// Returns the longest beginning of `text` that has at most `max_bytes` and cuts
/// no character in two.
std::string_view whole_characters(std::string_view text, std::size_t max_bytes) noexcept;

} // namespace bankslip::domain
