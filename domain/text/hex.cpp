#include "domain/text/hex.hpp"

namespace bankslip::domain {

std::string to_hex(std::span<const std::uint8_t> bytes) {
  std::string out(2 * bytes.size(), '0');
  auto at = out.begin();
  for (auto byte : bytes) {
    *at++ = hex_digits[byte >> 4];
    *at++ = hex_digits[byte & 15];
  }
  return out;
}

std::string to_hex(std::string_view bytes) {
  return to_hex(std::span{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

} // namespace bankslip::domain
