#include "domain/debt_fields.hpp"

#include "domain/text/json_text.hpp"

namespace bankslip::domain {

namespace {

/// What stands before a field's value: `,"government_id":`, with '{' before the first.
struct json_key {
  std::array<char, 24> text{};
  std::size_t size = 0;
};

constexpr auto json_keys = [] {
  std::array<json_key, debt_fields.size()> keys;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto& key = keys[i];
    const auto append = [&key](std::string_view part) {
      for (const auto c : part)
        key.text[key.size++] = c;
    };
    append(i == 0 ? "{\"" : ",\"");
    append(debt_fields[i].name);
    append("\":");
  }
  return keys;
}();

} // namespace

void append_json_value(std::string& out, const debt_field& f, const debt& d) {
  if (f.text != nullptr) {
    append_json_string(out, d.*f.text);
  } else if (is_amount(f)) {
    append_json_number(out, d.amount);
  } else {
    out += '"';
    append_date(out, d.due_date);
    out += '"';
  }
}

void append_json(std::string& out, const debt& d) {
  for (std::size_t i = 0; i < debt_fields.size(); ++i) {
    out.append(json_keys[i].text.data(), json_keys[i].size);
    append_json_value(out, debt_fields[i], d);
  }
  out += '}';
}

} // namespace bankslip::domain
