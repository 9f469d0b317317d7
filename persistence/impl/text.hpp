#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "domain/text/utf8.hpp"

namespace bankslip::persistence {

/// Returns `text` as PostgreSQL takes it: as `clean_utf8` does. `storage` holds
/// the answer where it differs.
std::string_view clean_text(std::string_view text, std::string& storage);
inline std::string clean_text(std::string_view text) { return domain::clean_utf8(text); }

/// Array in PostgreSQL's text form: {"a","b"} or {1,2}. Texts are cleaned.
std::string array_literal(std::span<const std::string> texts);
std::string array_literal(std::span<const std::int64_t> numbers);

/// The same of `value(element)` of each of `elements`.
template <class Range, class Value>
std::string array_literal(const Range& elements, Value value) {
  using type = std::remove_cvref_t<std::invoke_result_t<Value&, decltype(*elements.begin())>>;
  std::vector<std::conditional_t<std::is_integral_v<type>, std::int64_t, std::string>> values;
  values.reserve(elements.size());
  for (const auto& element : elements)
    values.emplace_back(std::invoke(value, element));
  return array_literal(values);
}

/// Reads a one-dimensional array of texts without nulls.
std::vector<std::string> parse_text_array(std::string_view literal);

/// Bytea in hex form, "\x00ff", both ways.
std::string hex_literal(std::string_view bytes);
std::string parse_hex(std::string_view literal);

} // namespace bankslip::persistence
