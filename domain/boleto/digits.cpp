#include "domain/boleto/digits.hpp"

#include <algorithm>

namespace bankslip::domain {

namespace {

// 11 - (weighted sum mod 11): 1 to 11.
int mod11(std::string_view digits) noexcept {
  int sum = 0;
  int weight = 2;
  for (auto i = digits.rbegin(); i != digits.rend(); ++i) {
    sum += (*i - '0') * weight;
    weight = weight == 9 ? 2 : weight + 1;
  }
  return 11 - sum % 11;
}

} // namespace

bool all_digits(std::string_view text) noexcept {
  return !text.empty()
         && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

char mod10_digit(std::string_view digits) noexcept {
  int sum = 0;
  bool twice = true;
  for (auto i = digits.rbegin(); i != digits.rend(); ++i) {
    int product = (*i - '0') << (twice ? 1 : 0);
    sum += product > 9 ? product - 9 : product;
    twice = !twice;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

char mod11_digit(std::string_view digits) noexcept {
  int dv = mod11(digits);
  return dv > 9 ? '1' : static_cast<char>('0' + dv);
}

char bank_code_digit(std::string_view bank) noexcept {
  int dv = mod11(bank);
  if (dv == 11 || bank == "104")
    return '0';
  return dv == 10 ? 'X' : static_cast<char>('0' + dv);
}

} // namespace bankslip::domain
