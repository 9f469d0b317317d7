#include "domain/text/ascii.hpp"

#include "domain/text/utf8.hpp"

namespace bankslip::domain {

namespace {

// Base letters of U+00C0 to U+017F, one for each; ' ' where there is none.
constexpr std::string_view base_letters =
    "AAAAAAACEEEEIIIIDNOOOOO OUUUUYTSAAAAAAACEEEEIIIIDNOOOOO OUUUUYTY"
    "AAAAAACCCCCCCCDDDDEEEEEEEEEEGGGGGGGGHHHHIIIIIIIIIIIIJJKKKLLLLLLL"
    "LLLNNNNNNNNNOOOOOOOORRRRRRSSSSSSSSTTTTTTUUUUUUUUUUUUWWYYYZZZZZZS";
static_assert(base_letters.size() == 0x180 - 0xc0);

char upper_ascii(char32_t c) noexcept {
  if (c >= 'a' && c <= 'z')
    return static_cast<char>(c - 'a' + 'A');
  if (c > ' ' && c < 0x7f)
    return static_cast<char>(c);
  if (c >= 0xc0 && c < 0x180)
    return base_letters[c - 0xc0];
  if (c == 0xaa || c == 0xba) // ª, º
    return c == 0xaa ? 'A' : 'O';
  return ' ';
}

constexpr bool is_combining(char32_t c) noexcept { return c >= 0x300 && c < 0x370; }

} // namespace

std::string to_upper_ascii(std::string_view text, std::size_t max) {
  std::string out;
  bool gap = false;
  for (std::size_t pos = 0; pos < text.size();) {
    auto c = next_character(text, pos);
    if (is_combining(c))
      continue;
    char letter = upper_ascii(c);
    if (letter == ' ') {
      gap = !out.empty();
      continue;
    }
    if (out.size() + (gap ? 2 : 1) > max)
      break;
    if (gap)
      out.push_back(' ');
    gap = false;
    out.push_back(letter);
  }
  return out;
}

} // namespace bankslip::domain
