#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/text/json_text.hpp"

namespace bankslip::cli {

/// Writes one flat JSON object; private to the boleto commands.
class json_object {
public:
  void flag(const char* name, bool value) { key(name).append(value ? "true" : "false"); }

  /// null for an empty text.
  void text(const char* name, std::string_view value) {
    if (value.empty())
      key(name).append("null");
    else
      domain::append_json_string(key(name), value);
  }

  void texts(const char* name, const std::vector<std::string>& values) {
    key(name).append("[");
    for (auto& v : values) {
      if (&v != &values.front())
        text_.push_back(',');
      domain::append_json_string(text_, v);
    }
    text_.append("]");
  }

  /// The object; nothing may be added afterwards.
  std::string_view finish() { return text_.append("}"); }

private:
  std::string& key(const char* name) {
    if (text_.size() > 1)
      text_.push_back(',');
    return text_.append("\"").append(name).append("\":");
  }

  std::string text_ = "{";
};

} // namespace bankslip::cli
