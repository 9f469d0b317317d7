#include "domain/money.hpp"

#include <array>
#include <charconv>

#include "domain/text/ascii.hpp"

namespace bankslip::domain {

namespace {

std::uint64_t magnitude(money amount) noexcept {
  auto bits = static_cast<std::uint64_t>(amount.cents);
  return amount.cents < 0 ? 0 - bits : bits;
}

void append_integer(std::string& out, std::uint64_t value) {
  std::array<char, 20> digits;
  auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

void append_reais(std::string& out, money amount) {
  if (amount.cents < 0)
    out.push_back('-');
  append_integer(out, magnitude(amount) / 100);
}

void append_fraction(std::string& out, money amount) {
  auto cents = magnitude(amount) % 100;
  out.push_back('.');
  out.push_back(static_cast<char>('0' + cents / 10));
  out.push_back(static_cast<char>('0' + cents % 10));
}

} // namespace

std::optional<money> parse_money(std::string_view text, char separator) noexcept {
  std::int64_t cents = 0;
  std::size_t i = 0;
  for (; i < text.size() && is_digit(text[i]); ++i) {
    cents = cents * 10 + (text[i] - '0');
    if (cents > max_amount.cents / 100)
      return std::nullopt;
  }
  if (i == 0)
    return std::nullopt;
  cents *= 100;
  if (i == text.size())
    return money{cents};
  auto fraction = text.substr(i + 1);
  if (text[i] != separator || fraction.empty() || fraction.size() > 2 || !is_digit(fraction[0]))
    return std::nullopt;
  cents += (fraction[0] - '0') * 10;
  if (fraction.size() == 1)
    return money{cents};
  if (!is_digit(fraction[1]))
    return std::nullopt;
  return money{cents + (fraction[1] - '0')};
}

void append_json_number(std::string& out, money amount) {
  append_reais(out, amount);
  if (amount.cents % 100 != 0)
    append_fraction(out, amount);
}

void append_decimal(std::string& out, money amount) {
  append_reais(out, amount);
  append_fraction(out, amount);
}

std::string format_decimal(money amount) {
  std::string out;
  append_decimal(out, amount);
  return out;
}

} // namespace bankslip::domain
