#include "domain/time.hpp"

#include <algorithm>
#include <thread>

namespace bankslip::domain {

namespace {

namespace chrono = std::chrono;

/// Number of `text[begin, begin + size)`, -1 when it is not all digits.
int digits_at(std::string_view text, std::size_t begin, std::size_t size) noexcept {
  int value = 0;
  for (auto c : text.substr(begin, size)) {
    if (c < '0' || c > '9')
      return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// Appends `value` with at least `width` digits.
void append_padded(std::string& out, int value, std::size_t width) {
  auto begin = out.size();
  auto rest = value;
  while (rest != 0 || out.size() - begin < width) {
    out.push_back(static_cast<char>('0' + rest % 10));
    rest /= 10;
  }
  std::reverse(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end());
}

class machine_clock final : public clock {
public:
  chrono::steady_clock::time_point steady_now() const override {
    return chrono::steady_clock::now();
  }
  utc_time utc_now() const override {
    return chrono::floor<chrono::microseconds>(chrono::system_clock::now());
  }
  void sleep_for(chrono::milliseconds span) const override { std::this_thread::sleep_for(span); }
};

} // namespace

std::optional<date> parse_date(std::string_view text) noexcept {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-')
    return std::nullopt;
  auto y = digits_at(text, 0, 4);
  auto m = digits_at(text, 5, 2);
  auto d = digits_at(text, 8, 2);
  if (y < 0 || m < 0 || d < 0)
    return std::nullopt;
  auto day = chrono::year{y} / m / d;
  if (!day.ok())
    return std::nullopt;
  return date{day};
}

std::string format_date(date d) {
  std::string out;
  append_date(out, d);
  return out;
}

void append_date(std::string& out, date d) {
  auto day = chrono::year_month_day{d};
  auto year = static_cast<int>(day.year());
  if (year < 0)
    out.push_back('-');
  append_padded(out, year < 0 ? -year : year, 4);
  out.push_back('-');
  append_padded(out, static_cast<int>(static_cast<unsigned>(day.month())), 2);
  out.push_back('-');
  append_padded(out, static_cast<int>(static_cast<unsigned>(day.day())), 2);
}

std::string format_utc(utc_time t) {
  auto day = chrono::floor<chrono::days>(t);
  chrono::hh_mm_ss time{t - day};
  auto out = format_date(day);
  out.push_back('T');
  append_padded(out, static_cast<int>(time.hours().count()), 2);
  out.push_back(':');
  append_padded(out, static_cast<int>(time.minutes().count()), 2);
  out.push_back(':');
  append_padded(out, static_cast<int>(time.seconds().count()), 2);
  out.push_back('.');
  append_padded(out, static_cast<int>(time.subseconds().count()), 6);
  out.push_back('Z');
  return out;
}

date brazilian_day(utc_time t) noexcept {
  return chrono::floor<chrono::days>(t - chrono::hours{3});
}

const clock& system_clock() {
  static const machine_clock instance;
  return instance;
}

} // namespace bankslip::domain
