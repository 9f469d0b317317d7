#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <endian.h>

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
  tid = 27,
  date = 1082,
  timestamptz = 1184,
  numeric = 1700,
};

constexpr std::string_view name_of(pg_type t) noexcept {
  switch (t) {
    case pg_type::boolean:
      return "boolean";
    case pg_type::int8:
      return "bigint";
    case pg_type::int4:
      return "integer";
    case pg_type::text:
      return "text";
    case pg_type::tid:
      return "tid";
    case pg_type::date:
      return "date";
    case pg_type::timestamptz:
      return "timestamptz";
    case pg_type::numeric:
      return "numeric";
  }
  return "unknown";
}

/// The type that a value of C++ type `T` is written as.
template <class T>
constexpr pg_type type_of = pg_type::text;
template <>
inline constexpr pg_type type_of<bool> = pg_type::boolean;
template <>
inline constexpr pg_type type_of<std::int32_t> = pg_type::int4;
template <>
inline constexpr pg_type type_of<std::int64_t> = pg_type::int8;
template <>
inline constexpr pg_type type_of<domain::money> = pg_type::numeric;
template <>
inline constexpr pg_type type_of<domain::date> = pg_type::date;
template <>
inline constexpr pg_type type_of<domain::utc_time> = pg_type::timestamptz;
template <class T>
constexpr pg_type type_of<std::optional<T>> = type_of<T>;

/// The location of a row in its table: PostgreSQL's `ctid`.
struct row_location {
  std::uint32_t page = 0;
  /// 0: nowhere.
  std::uint16_t line = 0;

  explicit operator bool() const noexcept { return line != 0; }
  auto operator<=>(const row_location&) const = default;
};

/// Appends fields, each a length and a value, to a buffer.
class binary_writer {
public:
  binary_writer() = default;
  /// A `tid` without its length.
  void location(row_location v) {
    int32(static_cast<std::int32_t>(v.page));
    int16(static_cast<std::int16_t>(v.line));
  }
  void int16(std::int16_t v) { put(htobe16(static_cast<std::uint16_t>(v))); }
  void int32(std::int32_t v) { put(htobe32(static_cast<std::uint32_t>(v))); }
  void int64(std::int64_t v) { put(htobe64(static_cast<std::uint64_t>(v))); }
  void raw(std::string_view bytes) { bytes.copy(room(bytes.size()), bytes.size()); }

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
  void field(row_location v);
  /// Null when there is no value.
  template <class T>
  void field(const std::optional<T>& v) {
    if (v)
      field(*v);
    else
      null();
  }

  void reserve(std::size_t bytes) { bytes_.resize(std::max(bytes_.size(), bytes)); }
  /// Answers all that was written, and begins anew.
  std::string take();
  /// Answers all that was written; valid until more is.
  std::string_view view() const noexcept { return {bytes_.data(), used_}; }
  /// Begins anew, in the same memory.
  void clear() noexcept { used_ = 0; }

private:
  template <class T>
  void put(T v) {
    std::memcpy(room(sizeof v), &v, sizeof v);
  }

  /// Makes room for `size` more bytes and answers where they go.
  char* room(std::size_t size) {
    if (bytes_.size() - used_ < size)
      bytes_.resize(std::max(2 * bytes_.size(), used_ + size));
    return bytes_.data() + std::exchange(used_, used_ + size);
  }

  /// Longer than what is written, so that a field costs no call.
  std::string bytes_;
  std::size_t used_ = 0;
};

/// Parameters of a statement; nothing = null.
using binary_params = std::vector<std::optional<std::string>>;

std::string as_param(std::int32_t v);
std::string as_param(std::int64_t v);
std::string as_param(domain::utc_time v);
std::string as_param(row_location v);

/// A one-dimensional array parameter, made element by element.
class array_writer {
public:
  array_writer(pg_type element, std::size_t size);

  template <class T>
  void add(const T& v) {
    elements_.field(v);
  }

  std::string take() { return elements_.take(); }

private:
  binary_writer elements_;
};

/// Makes an array of `value(element)` of each of `elements`.
template <class Range, class Value = std::identity>
std::string array_param(const Range& elements, Value value = {}) {
  using type = std::remove_cvref_t<std::invoke_result_t<Value&, decltype(*elements.begin())>>;
  array_writer out{type_of<type>, elements.size()};
  for (const auto& element : elements)
    out.add(std::invoke(value, element));
  return out.take();
}

/// Values of a result.
std::int16_t read_int16(const char* bytes) noexcept;
std::int32_t read_int32(const char* bytes) noexcept;
std::int64_t read_int64(const char* bytes) noexcept;
/// Zero for what is not a number; digits beyond the cents are dropped.
domain::money read_money(const char* bytes) noexcept;
/// The epoch for infinite dates and times.
domain::date read_date(const char* bytes) noexcept;
domain::utc_time read_time(const char* bytes) noexcept;
row_location read_location(const char* bytes) noexcept;

} // namespace bankslip::persistence
