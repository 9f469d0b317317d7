#include "telemetry/impl/text.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

namespace bankslip::telemetry {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::string_view ellipsis = "\xE2\x80\xA6";

std::uint32_t decode(std::string_view text, std::size_t pos, std::size_t length) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[pos + i]); };
  switch (length) {
    case 2:
      return (byte(0) & 0x1Fu) << 6 | (byte(1) & 0x3Fu);
    case 3:
      return (byte(0) & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
    case 4:
      return (byte(0) & 0x07u) << 18 | (byte(1) & 0x3Fu) << 12 | (byte(2) & 0x3Fu) << 6
             | (byte(3) & 0x3Fu);
    default:
      return byte(0);
  }
}

void append_escape(std::string& out, std::uint32_t c) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "\\u%04x", static_cast<unsigned>(c & 0xFFFF));
  out += text.data();
}

// C0, DEL, C1, the two line separators and the marks that turn the direction
// of writing: what can break or disguise a line.
bool must_escape(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x2028 && c <= 0x202E)
         || (c >= 0x2066 && c <= 0x2069);
}

void append_clean(std::string& out, std::string_view text, std::size_t limit) {
  for (std::size_t pos = 0; pos < text.size();) {
    if (pos >= limit) {
      out += ellipsis;
      return;
    }
    const auto length = utf8_length(text, pos);
    if (length == 0) {
      out += replacement;
      ++pos;
      continue;
    }
    const auto c = decode(text, pos, length);
    if (c == '\n')
      out += "\\n";
    else if (c == '\r')
      out += "\\r";
    else if (c == '\t')
      out += "\\t";
    else if (must_escape(c))
      append_escape(out, c);
    else {
      if (c == '"' || c == '\\')
        out += '\\';
      out.append(text, pos, length);
    }
    pos += length;
  }
}

} // namespace

std::size_t utf8_length(std::string_view text, std::size_t pos) noexcept {
  const auto first = static_cast<unsigned char>(text[pos]);
  if (first < 0x80)
    return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || pos + length > text.size())
    return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((static_cast<unsigned char>(text[pos + i]) & 0xC0) != 0x80)
      return 0;
  const auto second = static_cast<unsigned char>(text[pos + 1]);
  // Overlong forms, surrogates, beyond U+10FFFF.
  if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)
      || (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F))
    return 0;
  return length;
}

void append_json_string(std::string& out, std::string_view text, std::size_t limit) {
  out += '"';
  append_clean(out, text, limit);
  out += '"';
}

void append_plain(std::string& out, std::string_view text, std::size_t limit) {
  append_clean(out, text, limit);
}

} // namespace bankslip::telemetry
