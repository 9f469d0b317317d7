#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bankslip::domain {

/// An amount in Brazilian reais, kept as whole cents.
struct money {
  std::int64_t cents = 0;
  friend auto operator<=>(const money&, const money&) = default;
};

/// Largest amount that the ten digits of a boleto can hold: R$ 99,999,999.99.
constexpr money max_amount{9'999'999'999};

/// Reads decimal text with at most two fraction digits after `separator`
/// ('.' or ','): "7811", "10.5", "0.01". No sign, exponent, spaces or
/// thousands separators. Leading zeros are allowed, an empty integer or
/// fraction part is not. Nothing for anything else or above `max_amount`.
std::optional<money> parse_money(std::string_view text, char separator = '.') noexcept;

/// Exact JSON number as users know it: "7811" when whole, else "10.50".
void append_json_number(std::string& out, money amount);

/// Always two digits: "7811.00".
void append_decimal(std::string& out, money amount);
std::string format_decimal(money amount);

} // namespace bankslip::domain
