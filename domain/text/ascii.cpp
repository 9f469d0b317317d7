#include "domain/text/ascii.hpp"

#include <cstdint>

namespace bankslip::domain {

namespace {

constexpr char32_t replacement_character = 0xfffd;

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

char32_t next_character(std::string_view text, std::size_t& pos) noexcept {
  auto lead = static_cast<std::uint8_t>(text[pos++]);
  if (lead < 0x80)
    return lead;
  int more = lead >= 0xf0 && lead < 0xf5   ? 3
             : lead >= 0xe0 && lead < 0xf0 ? 2
             : lead >= 0xc2 && lead < 0xe0 ? 1
                                           : 0;
  if (more == 0 || text.size() - pos < static_cast<std::size_t>(more))
    return replacement_character;
  char32_t c = lead & (0x3f >> more);
  for (int i = 0; i < more; ++i) {
    auto next = static_cast<std::uint8_t>(text[pos + i]);
    if ((next & 0xc0) != 0x80)
      return replacement_character;
    c = c << 6 | (next & 0x3f);
  }
  constexpr char32_t least[] = {0, 0x80, 0x800, 0x10000};
  if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
    return replacement_character;
  pos += more;
  return c;
}

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
