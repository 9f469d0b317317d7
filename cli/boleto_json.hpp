#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace bankslip::cli {

/// Writes one flat JSON object; private to the boleto commands.
class json_object {
public:
  json_object() { writer_.StartObject(); }

  void flag(const char* name, bool value) {
    writer_.Key(name);
    writer_.Bool(value);
  }

  /// null for an empty text.
  void text(const char* name, std::string_view value) {
    writer_.Key(name);
    if (value.empty())
      writer_.Null();
    else
      string(value);
  }

  void texts(const char* name, const std::vector<std::string>& values) {
    writer_.Key(name);
    writer_.StartArray();
    for (auto& v : values)
      string(v);
    writer_.EndArray();
  }

  /// The object; nothing may be added afterwards.
  std::string_view finish() {
    writer_.EndObject();
    return {buffer_.GetString(), buffer_.GetSize()};
  }

private:
  void string(std::string_view s) {
    writer_.String(s.data(), static_cast<rapidjson::SizeType>(s.size()));
  }

  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_{buffer_};
};

} // namespace bankslip::cli
