#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

/// Small readers of ASCII text, independent of the locale.
namespace bankslip::http {

constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

constexpr bool is_alnum(char c) noexcept {
  const auto l = to_lower(c);
  return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9');
}

/// Whether both are the same but for the case of letters.
constexpr bool same_text(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return to_lower(x) == to_lower(y); });
}

/// Without spaces and tabs at the ends.
constexpr std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

/// Value of a hexadecimal digit, -1 for anything else.
constexpr int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9')
    return c - '0';
  const auto l = to_lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

/// Resolves %XX; nothing when a '%' is not followed by two hex digits.
std::optional<std::string> percent_decoded(std::string_view text);

/// A name or value of a query: '+' is a space; a broken escape stands as it came.
std::string form_decoded(std::string_view text);

/// Value of parameter `name` in "form-data; name=\"file\"; x=y" (RFC 9110,
/// section 5.6.6): token or quoted string.
std::optional<std::string> header_parameter(std::string_view header, std::string_view name);

/// `text` with every byte that is not UTF-8 replaced by U+FFFD.
std::string cleaned_utf8(std::string_view text);

} // namespace bankslip::http
