#include "http/api/json_fields.hpp"

#include <utility>

#include "json/document.hpp"
#include "json/writer.hpp"

namespace bankslip::http {

namespace {

/// An answer should not be many times as long as a hostile body.
constexpr std::size_t most_faults = 100;

field_fault not_json(const json::document& read) {
  json::writer context;
  context.begin_object().key("error").text(read.fault()).end_object();
  return {"json_invalid",
          {"body", std::to_string(read.fault_at())},
          "JSON decode error",
          "{}",
          context.take()};
}

json_field field_of(const json::value& v) {
  using kind = json_field::kind;
  const auto is = !v                         ? kind::absent
                  : v.is(json::kind::text)   ? kind::text
                  : v.is(json::kind::number) ? kind::number
                  : v.is(json::kind::null)   ? kind::null
                                             : kind::other;
  return {is, std::string{v.text()}, std::string{v.json()}};
}

} // namespace

std::variant<json_object, std::vector<field_fault>>
read_json_object(const std::string& body, std::span<const std::string_view> names) {
  using faults = std::vector<field_fault>;
  if (body.empty())
    return faults{{"missing", {"body"}, "Field required"}};
  const json::document read{body};
  if (!read.fault().empty())
    return faults{not_json(read)};
  const auto object = read.root();
  if (!object.is(json::kind::object))
    return faults{{"model_attributes_type",
                   {"body"},
                   "Input should be a valid dictionary or object to extract fields from",
                   body}};
  faults twice;
  for (auto name : object.names_given_twice())
    if (twice.size() < most_faults)
      twice.push_back({"duplicate_key", {"body", std::string{name}}, "Field is given twice"});
  if (!twice.empty())
    return twice;
  json_object fields;
  for (auto name : names)
    fields.push_back(field_of(object[name]));
  return fields;
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
