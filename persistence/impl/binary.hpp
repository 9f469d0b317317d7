#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/money.hpp"
#include "domain/time.hpp"

/// PostgreSQL's binary formats, as COPY, parameters and results share them.
/// Source: the send and receive functions in src/backend/utils/adt.
namespace bankslip::persistence {

/// Types by their fixed numbers in pg_type.
enum class pg_type : std::uint32_t {
  boolean = 16,
  int8 = 20,
  int4 = 23,
  text = 25,
  date = 1082,
  timestamptz = 1184,
  numeric = 1700,
};

/// Appends fields, each a length and a value, to a buffer.
class binary_writer {
public:
  void int16(std::int16_t v) { big_endian(static_cast<std::uint16_t>(v), 2); }
  void int32(std::int32_t v) { big_endian(static_cast<std::uint32_t>(v), 4); }
  void int64(std::int64_t v) { big_endian(static_cast<std::uint64_t>(v), 8); }

  void null() { int32(-1); }
  void field(std::string_view text);
  /// Would silently be a bool.
  void field(const char* text) = delete;
  void field(bool v);
  void field(std::int32_t v);
  void field(std::int64_t v);
  void field(domain::money v);
  void field(domain::date v);
  void field(domain::utc_time v);
  /// Null when empty.
  void field_or_null(std::string_view text);

  std::string& bytes() noexcept { return bytes_; }

private:
  void big_endian(std::uint64_t v, int size);

  std::string bytes_;
};

/// Parameters of a statement; nothing = null.
using binary_params = std::vector<std::optional<std::string>>;

std::string as_param(std::int32_t v);
std::string as_param(std::int64_t v);

/// A one-dimensional array parameter, made element by element.
class array_writer {
public:
  array_writer(pg_type element, std::size_t size);

  template <class T>
  void add(const T& v) {
    elements_.field(v);
  }
  void add_or_null(std::string_view text);
  void add_null();

  std::string take() { return std::move(elements_.bytes()); }

private:
  binary_writer elements_;
};

/// Values of a result.
std::int16_t read_int16(const char* bytes) noexcept;
std::int32_t read_int32(const char* bytes) noexcept;
std::int64_t read_int64(const char* bytes) noexcept;
/// Zero for what is not a number; digits beyond the cents are dropped.
domain::money read_money(const char* bytes) noexcept;
/// The epoch for infinite dates and times.
domain::date read_date(const char* bytes) noexcept;
domain::utc_time read_time(const char* bytes) noexcept;

} // namespace bankslip::persistence
