#include "domain/boleto/pix_tags.hpp"

#include <algorithm>

#include "domain/boleto/pix.hpp"
#include "domain/text/hex.hpp"

namespace bankslip::domain::pix {

bool is_txid(std::string_view text, std::size_t max) noexcept {
  return !text.empty() && text.size() <= max && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

std::string crc_text(std::string_view bytes) {
  auto sum = crc16(bytes);
  std::string text(4, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, sum >>= 4)
    *digit = upper_hex_digits[sum & 15];
  return text;
}

} // namespace bankslip::domain::pix
