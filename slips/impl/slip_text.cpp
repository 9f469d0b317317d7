#include "slips/impl/slip_text.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include <utf8proc.h>

#include "domain/text/utf8.hpp"

namespace bankslip::slips {

namespace {

constexpr std::size_t max_characters = 1000;
constexpr std::size_t max_letters = 128;

// Characters of 0x80 to 0x9F in Windows-1252; 0 where there is none.
constexpr std::array<char32_t, 32> upper_controls = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

// 0 where Windows-1252 lacks it.
char winansi(char32_t c) noexcept {
  if ((c >= 0x20 && c < 0x7f) || (c >= 0xa0 && c < 0x100))
    return static_cast<char>(c);
  auto at = std::find(upper_controls.begin(), upper_controls.end(), c);
  return c == 0 || at == upper_controls.end()
             ? '\0'
             : static_cast<char>(0x80 + (at - upper_controls.begin()));
}

// Letters of Liberation Sans whose names in a PDF every reader knows.
bool in_font(char32_t c) noexcept {
  constexpr std::pair<char32_t, char32_t> ranges[] = {
      {0x100, 0x17f}, {0x1fa, 0x1ff}, {0x218, 0x21b}, {0x386, 0x386},   {0x388, 0x38a},
      {0x38c, 0x38c}, {0x38e, 0x3a1}, {0x3a3, 0x3ce}, {0x401, 0x40c},   {0x40e, 0x44f},
      {0x451, 0x45c}, {0x45e, 0x45f}, {0x490, 0x491}, {0x1e80, 0x1e85}, {0x1ef2, 0x1ef3}};
  return winansi(c) != '\0' || std::any_of(std::begin(ranges), std::end(ranges), [c](auto& r) {
           return c >= r.first && c <= r.second;
         });
}

bool is_control(char32_t c) noexcept { return c < 0x20 || (c >= 0x7f && c < 0xa0); }

std::u32string characters_of(std::string_view text) {
  std::u32string out;
  for (std::size_t pos = 0; pos < text.size() && out.size() < max_characters;)
    out.push_back(domain::next_character(text, pos));
  return out;
}

// `text` in another form of Unicode; unchanged where it is not UTF-8.
std::u32string normalised(std::string_view text, int form) {
  utf8proc_uint8_t* bytes = nullptr;
  auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                           static_cast<utf8proc_ssize_t>(text.size()), &bytes,
                           static_cast<utf8proc_option_t>(UTF8PROC_STABLE | form));
  std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner{bytes, &std::free};
  if (size < 0)
    return characters_of(text);
  return characters_of({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
}

// Letters that decompose into none that the font has, and what people write for them.
constexpr std::pair<char32_t, std::u32string_view> stand_ins[] = {
    {0x18f, U"E"},   {0x259, U"e"},  // Ə ə
    {0x190, U"E"},   {0x25b, U"e"},  // Ɛ ɛ
    {0x1b7, U"Ž"},   {0x292, U"ž"},  // Ʒ ʒ of the Sámi
    {0x1ee, U"Ž"},   {0x1ef, U"ž"},  // Ǯ ǯ
    {0x1e4, U"G"},   {0x1e5, U"g"},  // Ǥ ǥ
    {0x1f7, U"W"},   {0x1bf, U"w"},  // Ƿ ƿ
    {0x1e9e, U"ß"},                  // ẞ
    {0x2010, U"-"},  {0x2011, U"-"}, // hyphens
    {0x201f, U"\""}, {0x2028, U" "}, {0x2029, U" "},
};

// Nobody sees it: it comes with what was copied.
bool is_invisible(char32_t c) noexcept {
  return c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e)
         || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

// What stands for `c` where the font lacks it: its letters without accents.
std::u32string base_of(char32_t c) {
  if (is_invisible(c))
    return {};
  for (auto [letter, other] : stand_ins)
    if (letter == c)
      return std::u32string{other};
  std::array<utf8proc_uint8_t, 4> bytes;
  auto size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(c), bytes.data());
  return normalised({reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size)},
                    UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK);
}

} // namespace

char letter_table::code_of(char32_t c) {
  if (c < 0x7f)
    return static_cast<char>(c);
  auto at = letters.find(c);
  if (at == std::u32string::npos) {
    if (letters.size() == max_letters || !in_font(c))
      return '?';
    at = letters.size();
    letters.push_back(c);
  }
  return static_cast<char>(0x80 + at);
}

printed_text print_text(std::string_view text, letter_table* table) {
  std::u32string wanted;
  for (auto c : normalised(text, UTF8PROC_COMPOSE)) {
    if (is_control(c))
      wanted.push_back(' ');
    else if (table ? in_font(c) : winansi(c) != '\0')
      wanted.push_back(c);
    else
      for (auto letter : base_of(c))
        wanted.push_back(table || winansi(letter) != '\0' ? letter : U'?');
  }
  printed_text out;
  out.plain = !table || std::all_of(wanted.begin(), wanted.end(), [](char32_t c) {
    return winansi(c) != '\0' || !in_font(c);
  });
  for (auto c : wanted) {
    auto code = out.plain ? winansi(c) : table->code_of(c);
    out.bytes.push_back(code == '\0' ? '?' : code);
  }
  return out;
}

} // namespace bankslip::slips
