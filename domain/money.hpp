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

/// A number read as an amount.
struct amount_reading {
  enum class fault : std::uint8_t {
    none,
    /// No JSON number, or no whole number of cents.
    form,
    /// Negative or above `max_amount`.
    range,
  };
  money amount;
  fault what = fault::none;
};

/// Reads a JSON number (RFC 8259) by its exact value: "1.5e1" and "15.000" are
/// 15.00, "10.005" is no amount. Never rounds; takes any exponent.
amount_reading read_json_amount(std::string_view number) noexcept;

/// Exact JSON number as users know it: "7811" when whole, else "10.50".
void append_json_number(std::string& out, money amount);

/// Always two digits: "7811.00".
void append_decimal(std::string& out, money amount);
std::string format_decimal(money amount);

} // namespace bankslip::domain
