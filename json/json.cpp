#include "json/json.hpp"

#include "domain/text/json_text.hpp"

namespace bankslip::json {

void append_json_field(std::string& out, std::string_view name, std::string_view text) {
  if (out.back() != '{')
    out.push_back(',');
  out.append("\"").append(name).append("\":");
  domain::append_json_string(out, text);
}

std::optional<std::string_view> json_reader::text(std::string_view name) const {
  const auto field = root()[name];
  if (field.is(kind::text) || (numbers_as_text_ && field.is(kind::number)))
    return field.text();
  return std::nullopt;
}

std::string_view json_reader::optional_text(std::string_view name, bool& wrong) const {
  const auto found = text(name);
  const auto field = root()[name];
  wrong = wrong || (!found && field && !field.is(kind::null));
  return found.value_or(std::string_view{});
}

} // namespace bankslip::json
