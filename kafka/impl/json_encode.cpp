#include "kafka/impl/json_encode.hpp"

#include <array>
#include <string_view>

#include "domain/money.hpp"
#include "domain/time.hpp"

namespace bankslip::kafka::impl {

namespace {

/// For each byte: 0 as it is, 'u' as \u00XX, else the letter behind '\'.
constexpr std::array<char, 256> escapes = [] {
  std::array<char, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c)
    table[c] = 'u';
  table['\b'] = 'b';
  table['\t'] = 't';
  table['\n'] = 'n';
  table['\f'] = 'f';
  table['\r'] = 'r';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}();

char escape_of(char c) noexcept { return escapes[static_cast<unsigned char>(c)]; }

void append_escape(std::string& out, char c) {
  constexpr std::string_view hex = "0123456789abcdef";
  auto letter = escape_of(c);
  out += '\\';
  out += letter;
  if (letter == 'u') {
    out += "00";
    out += hex[static_cast<unsigned char>(c) >> 4];
    out += hex[static_cast<unsigned char>(c) & 15];
  }
}

void append_text(std::string& out, std::string_view text) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (escape_of(text[i]) == 0)
      continue;
    out.append(text, begin, i - begin);
    append_escape(out, text[i]);
    begin = i + 1;
  }
  out.append(text, begin, text.size() - begin);
}

} // namespace

void append_message(const domain::debt& d, std::string& out) {
  out += R"({"name":")";
  append_text(out, d.name);
  out += R"(","government_id":")";
  append_text(out, d.government_id);
  out += R"(","email":")";
  append_text(out, d.email);
  out += R"(","debt_amount":)";
  domain::append_json_number(out, d.amount);
  out += R"(,"debt_due_date":")";
  domain::append_date(out, d.due_date);
  out += R"(","debt_id":")";
  append_text(out, d.debt_id);
  out += R"("})";
}

} // namespace bankslip::kafka::impl
