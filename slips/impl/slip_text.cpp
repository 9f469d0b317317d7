#include <array>

#include "domain/text/ascii.hpp"
#include "slips/impl/pdf_canvas.hpp"

namespace bankslip::slips {

namespace {

// Characters of 0x80 to 0x9F; 0 where there is none.
constexpr std::array<char32_t, 32> upper_controls = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

char winansi(char32_t c) noexcept {
  if (c < 0x20 || (c >= 0x7f && c < 0xa0))
    return ' ';
  if (c < 0x100)
    return static_cast<char>(c);
  for (std::size_t i = 0; i < upper_controls.size(); ++i)
    if (upper_controls[i] == c)
      return static_cast<char>(0x80 + i);
  return '?';
}

} // namespace

std::string to_winansi(std::string_view text, std::size_t max_bytes) {
  std::string out;
  for (std::size_t pos = 0; pos < text.size() && out.size() < max_bytes;)
    out.push_back(winansi(domain::next_character(text, pos)));
  return out;
}

} // namespace bankslip::slips
