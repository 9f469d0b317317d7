#include "domain/money.hpp"

#include <algorithm>
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

amount_reading read_json_amount(std::string_view number) noexcept {
  using fault = amount_reading::fault;
  constexpr std::int64_t far = 1'000'000'000'000;
  std::size_t i = 0;
  auto at = [&](char c) { return i < number.size() && number[i] == c; };
  const bool negative = at('-');
  i += negative;
  // The value is `digits` * 10^`exponent`; zeros at the end of what was read wait,
  // so that they cost no place.
  std::uint64_t digits = 0;
  std::int64_t exponent = 0;
  std::int64_t zeros = 0;
  bool too_many = false;
  auto take_digits = [&](std::int64_t step) {
    const auto begin = i;
    for (; i < number.size() && is_digit(number[i]); ++i, exponent += step) {
      if (number[i] == '0') {
        zeros += digits != 0;
        continue;
      }
      for (; zeros >= 0 && !too_many; --zeros) {
        digits = digits * 10 + (zeros == 0 ? static_cast<std::uint64_t>(number[i] - '0') : 0);
        too_many = digits > static_cast<std::uint64_t>(max_amount.cents) * 10;
      }
      zeros = 0;
    }
    return i - begin;
  };
  const auto whole = take_digits(0);
  if (whole == 0 || (whole > 1 && number[negative] == '0'))
    return {{}, fault::form};
  if (at('.') && (++i, take_digits(-1) == 0))
    return {{}, fault::form};
  exponent += zeros;
  if (at('e') || at('E')) {
    ++i;
    const bool down = at('-');
    i += down || at('+');
    const auto begin = i;
    std::int64_t power = 0;
    for (; i < number.size() && is_digit(number[i]); ++i)
      power = std::min(power * 10 + (number[i] - '0'), far);
    if (i == begin)
      return {{}, fault::form};
    exponent += down ? -power : power;
  }
  if (i != number.size())
    return {{}, fault::form};
  if (digits == 0)
    return {};
  // No zero at the end of `digits`: a lower power than cents leaves a fraction.
  if (exponent < -2)
    return {{}, fault::form};
  for (exponent += 2; exponent > 0 && !too_many; --exponent) {
    digits *= 10;
    too_many = digits > static_cast<std::uint64_t>(max_amount.cents);
  }
  if (negative || too_many || digits > static_cast<std::uint64_t>(max_amount.cents))
    return {{}, fault::range};
  return {money{static_cast<std::int64_t>(digits)}, fault::none};
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
