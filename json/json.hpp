#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <rapidjson/document.h>

namespace bankslip::json {

/// Appends `"name":"text"`, with a comma before it unless the object is empty.
void append_json_field(std::string& out, std::string_view name, std::string_view text);

/// Reads one JSON object without recursion, invalid
/// UTF-8 refused. Views live as long as the reader.
class json_reader {
public:
  /// `numbers_as_text`: numbers read as strings of their digits, exact.
  explicit json_reader(std::string_view json, bool numbers_as_text = false);

  /// Whether the text was one JSON object.
  bool valid() const noexcept { return valid_; }

  /// The string of a field; nothing when it is absent or no string.
  std::optional<std::string_view> text(const char* name) const;

  /// A string or nothing for an absent or null field; `wrong` is set for
  /// other types.
  std::string_view optional_text(const char* name, bool& wrong) const;

  const rapidjson::Document& document() const noexcept { return document_; }

private:
  // Most answers fit here and cost no allocation.
  char values_[2048];
  rapidjson::MemoryPoolAllocator<> value_pool_{values_, sizeof values_};
  rapidjson::Document document_{&value_pool_};
  bool valid_ = false;
};

} // namespace bankslip::json
