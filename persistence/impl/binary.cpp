#include "persistence/impl/binary.hpp"

#include <array>
#include <limits>

namespace bankslip::persistence {

namespace {

using namespace std::chrono;

constexpr domain::date pg_epoch = sys_days{year{2000} / January / 1};
constexpr int numeric_negative = 0x4000;
constexpr int numeric_not_a_number = 0xC000;

template <class T>
T read(const char* bytes) noexcept {
  T v;
  std::memcpy(&v, bytes, sizeof v);
  if constexpr (sizeof v == 2)
    return be16toh(v);
  else if constexpr (sizeof v == 4)
    return be32toh(v);
  else
    return be64toh(v);
}

} // namespace

std::string binary_writer::take() {
  bytes_.resize(std::exchange(used_, 0));
  return std::move(bytes_);
}

void binary_writer::field(std::string_view text) {
  int32(static_cast<std::int32_t>(text.size()));
  raw(text);
}

void binary_writer::field(bool v) {
  int32(1);
  put(static_cast<std::uint8_t>(v));
}

void binary_writer::field(std::int32_t v) {
  int32(4);
  int32(v);
}

void binary_writer::field(std::int64_t v) {
  int32(8);
  int64(v);
}

// Base 10000: the last digit holds the cents times 100.
void binary_writer::field(domain::money v) {
  auto cents = static_cast<std::uint64_t>(v.cents < 0 ? -v.cents : v.cents);
  std::array<std::int16_t, 6> digits{};
  std::size_t first = digits.size() - 1;
  digits[first] = static_cast<std::int16_t>(cents % 100 * 100);
  for (auto reais = cents / 100; reais != 0; reais /= 10000)
    digits[--first] = static_cast<std::int16_t>(reais % 10000);
  auto weight = static_cast<std::int16_t>(digits.size() - first - 2);
  auto last = digits.size();
  while (last > first && digits[last - 1] == 0)
    --last;
  auto n = last - first;
  int32(static_cast<std::int32_t>(8 + 2 * n));
  int16(static_cast<std::int16_t>(n));
  int16(n == 0 ? std::int16_t{0} : weight);
  int16(v.cents < 0 ? std::int16_t{numeric_negative} : std::int16_t{0});
  int16(2);
  for (auto i = first; i < last; ++i)
    int16(digits[i]);
}

void binary_writer::field(domain::date v) {
  field(static_cast<std::int32_t>((v - pg_epoch).count()));
}

void binary_writer::field(domain::utc_time v) {
  field(static_cast<std::int64_t>((v - pg_epoch).count()));
}

void binary_writer::field(row_location v) {
  int32(6);
  location(v);
}

std::string as_param(std::int32_t v) {
  binary_writer w;
  w.int32(v);
  return w.take();
}

std::string as_param(std::int64_t v) {
  binary_writer w;
  w.int64(v);
  return w.take();
}

std::string as_param(domain::utc_time v) {
  return as_param(static_cast<std::int64_t>((v - pg_epoch).count()));
}

std::string as_param(row_location v) {
  binary_writer w;
  w.location(v);
  return w.take();
}

array_writer::array_writer(pg_type element, std::size_t size) {
  elements_.int32(size == 0 ? 0 : 1); // dimensions
  elements_.int32(1);                 // may hold nulls
  elements_.int32(static_cast<std::int32_t>(element));
  if (size != 0) {
    elements_.int32(static_cast<std::int32_t>(size));
    elements_.int32(1); // lower bound
  }
}

std::int16_t read_int16(const char* bytes) noexcept {
  return static_cast<std::int16_t>(read<std::uint16_t>(bytes));
}

std::int32_t read_int32(const char* bytes) noexcept {
  return static_cast<std::int32_t>(read<std::uint32_t>(bytes));
}

std::int64_t read_int64(const char* bytes) noexcept {
  return static_cast<std::int64_t>(read<std::uint64_t>(bytes));
}

domain::money read_money(const char* bytes) noexcept {
  auto n = read_int16(bytes);
  auto weight = read_int16(bytes + 2);
  auto sign = read<std::uint16_t>(bytes + 4);
  if ((sign & numeric_not_a_number) == numeric_not_a_number)
    return {};
  std::int64_t cents = 0;
  // Digits of weight above 3 exceed numeric(12,2).
  for (int i = 0; i < n && i <= weight + 1; ++i) {
    auto digit = read_int16(bytes + 8 + 2 * i);
    std::int64_t scale = 100;
    for (int w = weight - i; w > 0 && w <= 3; --w)
      scale *= 10000;
    cents += i == weight + 1 ? digit / 100 : digit * scale;
  }
  return {sign == numeric_negative ? -cents : cents};
}

domain::date read_date(const char* bytes) noexcept {
  auto v = read_int32(bytes);
  if (v == std::numeric_limits<std::int32_t>::max()
      || v == std::numeric_limits<std::int32_t>::min())
    return {};
  return pg_epoch + days{v};
}

domain::utc_time read_time(const char* bytes) noexcept {
  auto v = read_int64(bytes);
  if (v == std::numeric_limits<std::int64_t>::max()
      || v == std::numeric_limits<std::int64_t>::min())
    return {};
  return domain::utc_time{pg_epoch} + microseconds{v};
}

row_location read_location(const char* bytes) noexcept {
  return {read<std::uint32_t>(bytes), read<std::uint16_t>(bytes + 4)};
}

} // namespace bankslip::persistence
