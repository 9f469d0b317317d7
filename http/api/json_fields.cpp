#include "http/api/json_fields.hpp"

#include <algorithm>
#include <utility>

#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "http/api/json_writer.hpp"

namespace bankslip::http {

namespace {

using rapidjson::SizeType;

/// Collects the wanted members of the outermost object.
class collector {
public:
  explicit collector(std::span<const std::string_view> names)
      : names_{names}, fields_(names.size()) {}

  bool is_object() const noexcept { return is_object_; }
  json_object take() { return std::move(fields_); }
  std::vector<field_fault>& twice() { return twice_; }

  bool Null() { return scalar(json_field::kind::null, {}, writer_.Null()); }
  bool Bool(bool b) { return scalar(json_field::kind::other, {}, writer_.Bool(b)); }
  bool RawNumber(const char* s, SizeType n, bool) {
    return scalar(json_field::kind::number, {s, n}, writer_.RawValue(s, n, rapidjson::kNumberType));
  }
  bool String(const char* s, SizeType n, bool) {
    return scalar(json_field::kind::text, {s, n}, writer_.String(s, n));
  }
  bool Key(const char* s, SizeType n, bool) {
    if (depth_ > 1)
      return writer_.Key(s, n);
    const auto at = std::find(names_.begin(), names_.end(), std::string_view{s, n});
    current_ = at == names_.end() ? nullptr : &fields_[at - names_.begin()];
    if (current_ && current_->is != json_field::kind::absent)
      twice_.push_back({"duplicate_key", {"body", std::string{*at}}, "Field is given twice"});
    restart();
    return true;
  }
  bool StartObject() { return open(true); }
  bool EndObject(SizeType) { return close(true); }
  bool StartArray() { return open(false); }
  bool EndArray(SizeType) { return close(false); }

  // Never called: numbers come as text.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

private:
  void restart() {
    buffer_.Clear();
    writer_.Reset(buffer_);
  }
  void keep(json_field::kind kind, std::string_view text) {
    if (current_)
      *current_ = {kind, std::string{text}, {buffer_.GetString(), buffer_.GetSize()}};
    current_ = nullptr;
    restart();
  }
  bool scalar(json_field::kind kind, std::string_view text, bool written) {
    if (depth_ == 1)
      keep(kind, text);
    return written;
  }
  bool open(bool object) {
    if (depth_++ == 0) {
      is_object_ = object;
      return true;
    }
    return object ? writer_.StartObject() : writer_.StartArray();
  }
  bool close(bool object) {
    if (--depth_ == 0)
      return true;
    const auto written = object ? writer_.EndObject() : writer_.EndArray();
    if (depth_ == 1)
      keep(json_field::kind::other, {});
    return written;
  }

  std::span<const std::string_view> names_;
  json_object fields_;
  std::vector<field_fault> twice_;
  json_field* current_ = nullptr;
  int depth_ = 0;
  bool is_object_ = false;
  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_{buffer_};
};

field_fault not_json(std::size_t position, const char* why) {
  json_writer context;
  context.begin_object().key("error").text(why).end_object();
  return {"json_invalid",
          {"body", std::to_string(position)},
          "JSON decode error",
          "{}",
          context.take()};
}

} // namespace

std::variant<json_object, std::vector<field_fault>>
read_json_object(const std::string& body, std::span<const std::string_view> names) {
  using faults = std::vector<field_fault>;
  if (body.empty())
    return faults{{"missing", {"body"}, "Field required"}};
  constexpr auto flags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag
                         | rapidjson::kParseNumbersAsStringsFlag;
  collector found{names};
  // The length is known: a NUL inside the body ends nothing.
  rapidjson::MemoryStream input{body.data(), body.size()};
  rapidjson::Reader reader;
  const auto result = reader.Parse<flags>(input, found);
  if (result.IsError())
    return faults{not_json(result.Offset(), rapidjson::GetParseError_En(result.Code()))};
  if (body.find('\0') != std::string::npos)
    return faults{not_json(body.find('\0'), "NUL in the body")};
  if (!found.is_object())
    return faults{{"model_attributes_type",
                   {"body"},
                   "Input should be a valid dictionary or object to extract fields from",
                   body}};
  if (!found.twice().empty())
    return std::move(found.twice());
  return found.take();
}

std::optional<field_fault> text_fault(std::string_view name, const json_field& field,
                                      const std::string& body) {
  const std::vector<std::string> loc{"body", std::string{name}};
  if (field.is == json_field::kind::absent)
    return field_fault{"missing", loc, "Field required", body};
  if (field.is != json_field::kind::text)
    return field_fault{"string_type", loc, "Input should be a valid string", field.json};
  return std::nullopt;
}

} // namespace bankslip::http
