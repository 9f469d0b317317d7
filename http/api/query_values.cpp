#include "http/api/query_values.hpp"

#include <algorithm>
#include <utility>

#include "json/writer.hpp"

namespace bankslip::http {

void add_query_fault(std::vector<field_fault>& faults, std::string_view name, const char* type,
                     std::string message, std::string_view text) {
  faults.push_back(
      {type, {"query", std::string{name}}, std::move(message), json::text_value(text)});
}

std::int64_t query_number(const exchange& x, const char* name, std::int64_t fallback,
                          std::int64_t least, std::int64_t most, std::vector<field_fault>& faults) {
  const auto text = x.request.find_query(name);
  if (!text)
    return fallback;
  const auto n = domain::parse_whole<std::int64_t>(*text);
  if (!n)
    add_query_fault(faults, name, "int_parsing",
                    "Input should be a valid integer, unable to parse string as an integer", *text);
  else if (*n < least)
    add_query_fault(faults, name, "greater_than_equal",
                    "Input should be greater than or equal to " + std::to_string(least), *text);
  else if (*n > most)
    add_query_fault(faults, name, "less_than_equal",
                    "Input should be less than or equal to " + std::to_string(most), *text);
  return n.value_or(fallback);
}

std::optional<std::string> query_text(const exchange& x, const char* name, std::size_t most_bytes,
                                      std::vector<field_fault>& faults) {
  auto text = x.request.find_query(name);
  if (!text || text->empty())
    return std::nullopt;
  if (text->size() > most_bytes)
    add_query_fault(faults, name, "string_too_long",
                    "Value should have at most " + std::to_string(most_bytes) + " bytes", *text);
  return text;
}

void refuse_others(const exchange& x, std::span<const std::string_view> known,
                   std::string_view says, std::vector<field_fault>& faults) {
  for (const auto& name : x.request.query_names())
    if (std::ranges::find(known, name) == known.end())
      add_query_fault(faults, name, "extra_forbidden", std::string{says}, name);
}

} // namespace bankslip::http
