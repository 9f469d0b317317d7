#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

/// Small readers of ASCII text, independent of the locale.
namespace bankslip::domain {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

constexpr bool is_alnum(char c) noexcept {
  const auto l = to_lower(c);
  return (l >= 'a' && l <= 'z') || is_digit(c);
}

constexpr bool is_ascii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

/// Whether both are the same but for the case of letters.
constexpr bool same_text(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return to_lower(x) == to_lower(y); });
}

/// Returns `text` without `blanks` at its ends.
constexpr std::string_view trimmed(std::string_view text,
                                   std::string_view blanks = " \t") noexcept {
  const auto begin = std::min(text.find_first_not_of(blanks), text.size());
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

/// Returns `text` (UTF-8) in upper-case ASCII: Latin letters lose their accents,
/// other characters and controls become spaces, runs of spaces become one, none
/// at the ends; at most `max` characters.
std::string to_upper_ascii(std::string_view text, std::size_t max);

} // namespace bankslip::domain
