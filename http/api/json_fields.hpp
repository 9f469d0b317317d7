#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/api/answers.hpp"

namespace bankslip::http {

/// One field of a JSON object, as the client wrote it.
struct json_field {
  enum class kind : std::uint8_t { absent, text, number, null, other };
  kind is = kind::absent;
  /// The text, or the number's digits.
  std::string text;
  /// The value as JSON.
  std::string json;
};

/// The named fields of a JSON object, in the order asked for. Others are
/// ignored. Numbers stay text, so that no digit is lost. `faults` when `body` is
/// not a JSON object or has one of the names twice.
using json_object = std::vector<json_field>;
std::variant<json_object, std::vector<field_fault>>
read_json_object(const std::string& body, std::span<const std::string_view> names);

/// "Field required" or "Input should be a valid string"; nothing for text.
std::optional<field_fault> text_fault(std::string_view name, const json_field& field,
                                      const std::string& body);

} // namespace bankslip::http
