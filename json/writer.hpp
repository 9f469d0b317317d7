#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bankslip::json {

/// Writes JSON. Text that is not UTF-8 is cleaned, so that what comes out is
/// always valid; that names and values alternate is the caller's matter.
class writer {
public:
  writer& begin_object() { return open('{'); }
  writer& end_object() { return close('}'); }
  writer& begin_array() { return open('['); }
  writer& end_array() { return close(']'); }

  writer& key(std::string_view name);
  writer& text(std::string_view value);
  /// null when empty.
  writer& text_or_null(std::string_view value) { return value.empty() ? null() : text(value); }
  writer& number(std::int64_t value) { return raw(std::to_string(value)); }
  writer& number_or_null(std::optional<std::int64_t> value) {
    return value ? number(*value) : null();
  }
  writer& boolean(bool value) { return raw(value ? "true" : "false"); }
  writer& null() { return raw("null"); }
  /// `json` is one valid JSON value.
  writer& raw(std::string_view json);

  /// Returns the text written so far; the writer begins anew.
  std::string take();

private:
  void separate();
  writer& open(char bracket);
  writer& close(char bracket);

  std::string out_;
  /// A value stands before the next one.
  bool follows_ = false;
};

/// `text` as a JSON value.
std::string text_value(std::string_view text);

} // namespace bankslip::json
