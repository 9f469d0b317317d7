#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace bankslip::http {

/// Writes JSON. Text that is not UTF-8 is cleaned, so that what comes out is
/// always valid.
class json_writer {
public:
  json_writer& begin_object() { return done(writer_.StartObject()); }
  json_writer& end_object() { return done(writer_.EndObject()); }
  json_writer& begin_array() { return done(writer_.StartArray()); }
  json_writer& end_array() { return done(writer_.EndArray()); }

  json_writer& key(std::string_view name) {
    return done(writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size())));
  }
  json_writer& text(std::string_view value);
  /// null when empty.
  json_writer& text_or_null(std::string_view value) { return value.empty() ? null() : text(value); }
  json_writer& number(std::int64_t value) { return done(writer_.Int64(value)); }
  json_writer& boolean(bool value) { return done(writer_.Bool(value)); }
  json_writer& null() { return done(writer_.Null()); }
  /// `json` is one valid JSON value.
  json_writer& raw(std::string_view json) {
    return done(writer_.RawValue(json.data(), json.size(), rapidjson::kObjectType));
  }

  std::string take() const { return {buffer_.GetString(), buffer_.GetSize()}; }

private:
  json_writer& done(bool) { return *this; }

  using utf8 = rapidjson::UTF8<>;
  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer, utf8, utf8, rapidjson::CrtAllocator,
                    rapidjson::kWriteValidateEncodingFlag>
      writer_{buffer_};
};

/// `text` as a JSON string.
inline std::string json_text(std::string_view text) {
  json_writer w;
  w.text(text);
  return w.take();
}

} // namespace bankslip::http
