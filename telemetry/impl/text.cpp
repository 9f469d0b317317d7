#include "telemetry/impl/text.hpp"

#include "domain/text/json_text.hpp"
#include "domain/text/utf8.hpp"

namespace bankslip::telemetry {

namespace {

constexpr std::string_view ellipsis = "\xE2\x80\xA6";

// DEL, C1, the two line separators and the marks that turn the direction of
// writing: beside what JSON escapes, all that can break or disguise a line.
bool must_escape(char32_t c) {
  return (c >= 0x7F && c < 0xA0) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

void append_clean(std::string& out, std::string_view text, std::size_t limit) {
  for (std::size_t pos = 0; pos < text.size();) {
    if (pos >= limit) {
      out += ellipsis;
      return;
    }
    const auto begin = pos;
    const auto c = domain::next_character(text, pos);
    if (c == domain::replacement_character)
      out += domain::replacement_text;
    else if (must_escape(c))
      domain::append_unicode_escape(out, static_cast<char16_t>(c));
    else
      domain::append_json_text(out, text.substr(begin, pos - begin));
  }
}

} // namespace

void append_json_string(std::string& out, std::string_view text, std::size_t limit) {
  out += '"';
  append_clean(out, text, limit);
  out += '"';
}

void append_plain(std::string& out, std::string_view text, std::size_t limit) {
  append_clean(out, text, limit);
}

} // namespace bankslip::telemetry
