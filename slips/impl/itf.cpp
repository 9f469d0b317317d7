#include "slips/impl/itf.hpp"

#include <array>

namespace bankslip::slips {

namespace {

constexpr int wide = 3;

// Bit 4 is the first element; 1 is wide.
constexpr std::array<unsigned, 10> patterns = {0b00110, 0b10001, 0b01001, 0b11000, 0b00101,
                                               0b10100, 0b01100, 0b00011, 0b10010, 0b01010};

} // namespace

std::vector<itf_bar> itf_bars(std::string_view digits) {
  std::vector<itf_bar> bars;
  bars.reserve(digits.size() / 2 * 5 + 4);
  int at = 0;
  auto pair = [&](int bar, int space) {
    bars.push_back({at, bar});
    at += bar + space;
  };
  pair(1, 1);
  pair(1, 1);
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    auto bar = patterns[static_cast<std::size_t>(digits[i] - '0')];
    auto space = patterns[static_cast<std::size_t>(digits[i + 1] - '0')];
    for (int bit = 4; bit >= 0; --bit)
      pair(bar >> bit & 1 ? wide : 1, space >> bit & 1 ? wide : 1);
  }
  pair(wide, 1);
  pair(1, 0);
  return bars;
}

} // namespace bankslip::slips
