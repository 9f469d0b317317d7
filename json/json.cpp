#include "json/json.hpp"

#include <rapidjson/memorystream.h>

#include "domain/text/json_text.hpp"

namespace bankslip::json {

namespace {

constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;

} // namespace

void append_json_field(std::string& out, std::string_view name, std::string_view text) {
  if (out.back() != '{')
    out.push_back(',');
  out.append("\"").append(name).append("\":");
  domain::append_json_string(out, text);
}

json_reader::json_reader(std::string_view json, bool numbers_as_text) {
  rapidjson::MemoryStream bytes{json.data(), json.size()};
  constexpr auto text_flags = flags | rapidjson::kParseNumbersAsStringsFlag;
  if (numbers_as_text)
    document_.ParseStream<text_flags, rapidjson::UTF8<>>(bytes);
  else
    document_.ParseStream<flags, rapidjson::UTF8<>>(bytes);
  valid_ = !document_.HasParseError() && document_.IsObject();
}

std::optional<std::string_view> json_reader::text(const char* name) const {
  if (!valid_)
    return std::nullopt;
  auto found = document_.FindMember(name);
  if (found == document_.MemberEnd() || !found->value.IsString())
    return std::nullopt;
  return std::string_view{found->value.GetString(), found->value.GetStringLength()};
}

std::string_view json_reader::optional_text(const char* name, bool& wrong) const {
  if (!valid_)
    return {};
  auto found = document_.FindMember(name);
  if (found == document_.MemberEnd() || found->value.IsNull())
    return {};
  if (!found->value.IsString()) {
    wrong = true;
    return {};
  }
  return {found->value.GetString(), found->value.GetStringLength()};
}

} // namespace bankslip::json
