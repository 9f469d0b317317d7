#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "domain/text/ascii.hpp"

namespace bankslip::domain {

inline constexpr std::string_view hex_digits = "0123456789abcdef";
inline constexpr std::string_view upper_hex_digits = "0123456789ABCDEF";

/// Returns the value of a hexadecimal digit of either case, -1 for anything else.
constexpr int hex_value(char c) noexcept {
  const auto l = to_lower(c);
  return is_digit(c) ? c - '0' : l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

/// Returns two lower-case digits for each byte.
std::string to_hex(std::span<const std::uint8_t> bytes);
std::string to_hex(std::string_view bytes);

/// Returns the bytes that `digits`, of either case, stand for; nothing for any other text.
std::optional<std::string> from_hex(std::string_view digits);

} // namespace bankslip::domain
