#include "domain/text/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace bankslip::domain {

namespace {

constexpr std::uint64_t ones = 0x0101010101010101;
constexpr std::uint64_t highs = 0x8080808080808080;

/// How many bytes at the start of `text` are ASCII without NUL, at least.
std::size_t plain_prefix(std::string_view text) noexcept {
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + i, 8);
    if (((word | (word - ones)) & highs) != 0)
      return i;
  }
  while (i < text.size() && static_cast<signed char>(text[i]) > 0)
    ++i;
  return i;
}

/// Whether the second byte keeps the sequence minimal, no surrogate and not
/// above U+10FFFF (Unicode 15, table 3-7).
bool second_fits(unsigned char lead, unsigned char second) noexcept {
  switch (lead) {
    case 0xE0:
      return second >= 0xA0;
    case 0xED:
      return second <= 0x9F;
    case 0xF0:
      return second >= 0x90;
    case 0xF4:
      return second <= 0x8F;
    default:
      return true;
  }
}

} // namespace

std::size_t character_size(std::string_view text, std::size_t pos) noexcept {
  auto lead = static_cast<unsigned char>(text[pos]);
  if (lead < 0x80)
    return 1;
  std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (lead < 0xC2 || lead > 0xF4 || text.size() - pos < size)
    return 0;
  for (std::size_t k = 1; k < size; ++k)
    if (!is_continuation(text[pos + k]))
      return 0;
  return second_fits(lead, static_cast<unsigned char>(text[pos + 1])) ? size : 0;
}

char32_t next_character(std::string_view text, std::size_t& pos) noexcept {
  auto size = character_size(text, pos);
  auto lead = static_cast<unsigned char>(text[pos++]);
  if (size < 2)
    return size == 1 ? lead : replacement_character;
  char32_t c = lead & (0x7Fu >> size);
  for (auto end = pos + size - 1; pos < end; ++pos)
    c = c << 6 | (static_cast<unsigned char>(text[pos]) & 0x3Fu);
  return c;
}

std::optional<std::size_t> count_characters(std::string_view text) noexcept {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size();) {
    auto plain = plain_prefix(text.substr(i));
    i += plain;
    count += plain;
    // Up to the next word of eight bytes: the special one is among them.
    for (auto word_end = std::min(i + 8, text.size()); i < word_end; ++count) {
      auto size = character_size(text, i);
      if (size == 0 || text[i] == '\0')
        return std::nullopt;
      i += size;
    }
  }
  return count;
}

bool has_control_character(std::string_view text) noexcept {
  std::size_t i = 0;
  while (i < text.size()) {
    auto end = std::min(i + 8, text.size());
    if (end - i == 8) {
      std::uint64_t word;
      std::memcpy(&word, text.data() + i, 8);
      // No byte below 0x20, above 0x7E: a borrow can only stop us in vain.
      if (((word | (word - ones * 0x20) | (word + ones)) & highs) == 0) {
        i = end;
        continue;
      }
    }
    for (; i < end; ++i) {
      auto c = static_cast<unsigned char>(text[i]);
      if (c < 0x20 || c == 0x7F
          || (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0))
        return true;
    }
  }
  return false;
}

bool is_clean_utf8(std::string_view text) noexcept { return count_characters(text).has_value(); }

std::string clean_utf8(std::string_view text, std::size_t max_bytes) {
  std::string out;
  out.reserve(std::min(text.size(), max_bytes));
  for (std::size_t i = 0; i < text.size();) {
    auto size = text[i] == '\0' ? 0 : character_size(text, i);
    auto character = size == 0 ? replacement_text : text.substr(i, size);
    if (out.size() + character.size() > max_bytes)
      break;
    out.append(character);
    i += size == 0 ? 1 : size;
  }
  return out;
}

std::string_view strip_blanks(std::string_view text) noexcept {
  constexpr std::string_view no_break_space = "\xC2\xA0";
  auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty()) {
    if (is_blank(text.front()))
      text.remove_prefix(1);
    else if (text.starts_with(no_break_space))
      text.remove_prefix(2);
    else if (is_blank(text.back()))
      text.remove_suffix(1);
    else if (text.ends_with(no_break_space))
      text.remove_suffix(2);
    else
      break;
  }
  return text;
}

std::string_view whole_characters(std::string_view text, std::size_t max_bytes) noexcept {
  if (text.size() <= max_bytes)
    return text;
  auto end = max_bytes;
  for (int back = 0; back < 3 && end > 0 && is_continuation(text[end]); ++back)
    --end;
  return text.substr(0, is_continuation(text[end]) ? max_bytes : end);
}

} // namespace bankslip::domain
