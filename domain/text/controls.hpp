#pragma once

#include <string>
#include <string_view>

namespace bankslip::domain {

/// Returns `text`, UTF-8 or not, with a space in place of each control character (U+0000 to
/// U+001F, U+007F to U+009F): fit for one line of a log, a table or a header.
inline std::string without_controls(std::string_view text) {
  std::string out{text};
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto c = static_cast<unsigned char>(out[i]);
    if (c < 0x20 || c == 0x7F)
      out[i] = ' ';
    else if (c == 0xC2 && i + 1 < out.size() && static_cast<unsigned char>(out[i + 1]) < 0xA0)
      out.replace(i, 2, " ");
  }
  return out;
}

} // namespace bankslip::domain
