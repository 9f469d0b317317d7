#include "domain/text/json_text.hpp"

#include <array>
#include <cstdint>
#include <cstring>

#include "domain/text/hex.hpp"

namespace bankslip::domain {

namespace {

/// For each byte: 0 as it is, 'u' as \u00XX, else the letter behind '\'.
constexpr std::array<char, 256> escapes = [] {
  std::array<char, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c)
    table[c] = 'u';
  table['\b'] = 'b';
  table['\t'] = 't';
  table['\n'] = 'n';
  table['\f'] = 'f';
  table['\r'] = 'r';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}();

char escape_of(char c) noexcept { return escapes[static_cast<unsigned char>(c)]; }

/// Whether one of eight bytes must be escaped.
bool any_special(std::uint64_t word) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t highs = 0x8080808080808080;
  auto below = [](std::uint64_t w, std::uint64_t n) { return (w - ones * n) & ~w; };
  return ((below(word, 0x20) | below(word ^ ones * '"', 1) | below(word ^ ones * '\\', 1)) & highs)
         != 0;
}

/// The position of the next byte that must be escaped; the size when none is.
std::size_t next_special(std::string_view text, std::size_t i) noexcept {
  for (std::uint64_t word; i + 8 <= text.size(); i += 8) {
    std::memcpy(&word, text.data() + i, 8);
    if (any_special(word))
      break;
  }
  while (i < text.size() && escape_of(text[i]) == 0)
    ++i;
  return i;
}

} // namespace

void append_unicode_escape(std::string& out, char16_t c) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4)
    out += hex_digits[c >> shift & 15];
}

void append_json_text(std::string& out, std::string_view text) {
  for (std::size_t begin = 0;;) {
    auto end = next_special(text, begin);
    out.append(text, begin, end - begin);
    if (end == text.size())
      return;
    if (auto letter = escape_of(text[end]); letter == 'u')
      append_unicode_escape(out, static_cast<unsigned char>(text[end]));
    else
      out.append({'\\', letter});
    begin = end + 1;
  }
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  append_json_text(out, text);
  out += '"';
}

} // namespace bankslip::domain
