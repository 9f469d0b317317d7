#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "json/document.hpp"

namespace bankslip::json {

/// Appends `"name":"text"`, with a comma before it unless the object is empty.
/// `text` is UTF-8.
void append_json_field(std::string& out, std::string_view name, std::string_view text);

/// Reads the fields of one flat JSON object. Views live as long as the reader.
class json_reader {
public:
  /// `numbers_as_text`: a number counts as the text of its digits.
  explicit json_reader(std::string_view json, bool numbers_as_text = false)
      : document_{json}, numbers_as_text_{numbers_as_text} {}

  /// Whether the text was one JSON object.
  bool valid() const noexcept { return document_.root().is(kind::object); }

  /// The string of a field; nothing when it is absent or no string.
  std::optional<std::string_view> text(std::string_view name) const;

  /// A string or nothing for an absent or null field; `wrong` is set for
  /// other types.
  std::string_view optional_text(std::string_view name, bool& wrong) const;

  /// The object.
  value root() const noexcept { return document_.root(); }

private:
  document document_;
  bool numbers_as_text_;
};

} // namespace bankslip::json
