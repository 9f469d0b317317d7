#include "domain/boleto/bar_code.hpp"

#include <algorithm>
#include <cstring>

#include "domain/boleto/digits.hpp"
#include "domain/error.hpp"
#include "domain/text/parse.hpp"
#include "domain/text/utf8.hpp"

namespace bankslip::domain {

namespace {

constexpr char currency_real = '9';
// A bar code that begins so is an arrecadação document (taxes, utilities).
constexpr char arrecadacao_product = '8';

void write_number(char* out, int width, std::int64_t value) noexcept {
  for (int i = width; i-- > 0; value /= 10)
    out[i] = static_cast<char>('0' + value % 10);
}

char general_digit(std::string_view barcode) noexcept {
  std::array<char, barcode_size - 1> others;
  std::memcpy(others.data(), barcode.data(), 4);
  std::memcpy(others.data() + 4, barcode.data() + 5, barcode_size - 5);
  return mod11_digit({others.data(), others.size()});
}

std::int64_t number(std::string_view digits) noexcept {
  return parse_whole<std::int64_t>(digits).value_or(0);
}

std::string size_error(std::string_view what, std::size_t want, std::size_t got) {
  std::string text{what};
  return text.append(" must have ")
      .append(std::to_string(want))
      .append(" digits and nothing else; this one has ")
      .append(std::to_string(got))
      .append(" characters");
}

std::string digit_error(std::string_view where, char is, char must) {
  std::string text{where};
  text.append(" is ").push_back(is);
  text.append(" but must be ").push_back(must);
  return text;
}

// What both forms have in common, once `r.barcode` has its 44 digits.
void check_barcode(boleto_reading& r) {
  std::string_view code = r.barcode;
  if (code[0] == arrecadacao_product)
    r.errors.emplace_back("begins with 8: arrecadação, not a bank slip");
  if (code[3] != currency_real)
    r.errors.push_back(digit_error("currency code (bar code position 4)", code[3], currency_real));
  if (auto dv = general_digit(code); code[4] != dv)
    r.errors.push_back(digit_error("general check digit (bar code position 5)", code[4], dv));
  r.fields.bank = code.substr(0, 3);
  r.fields.factor = static_cast<int>(number(code.substr(5, 4)));
  r.fields.amount = money{number(code.substr(9, 10))};
  r.fields.free_field = code.substr(19);
}

std::string line_text(std::string_view barcode) {
  std::string line(line_size, '0');
  write_line(std::span<char, line_size>{line.data(), line_size},
             std::span<const char, barcode_size>{barcode.data(), barcode_size});
  return line;
}

std::string joined(const std::vector<std::string>& errors) {
  std::string text;
  for (auto& e : errors)
    text.append(text.empty() ? "" : "; ").append(e);
  return text;
}

} // namespace

void write_barcode(std::span<char, barcode_size> out, std::string_view bank, int factor,
                   money amount, std::string_view free_field) noexcept {
  std::memcpy(out.data(), bank.data(), 3);
  out[3] = currency_real;
  write_number(out.data() + 5, 4, factor);
  write_number(out.data() + 9, 10, amount.cents);
  std::memcpy(out.data() + 19, free_field.data(), free_field_size);
  out[4] = general_digit({out.data(), out.size()});
}

void write_line(std::span<char, line_size> out,
                std::span<const char, barcode_size> barcode) noexcept {
  auto* bar = barcode.data();
  auto* line = out.data();
  std::memcpy(line, bar, 4);
  std::memcpy(line + 4, bar + 19, 5);
  line[9] = mod10_digit({line, 9});
  std::memcpy(line + 10, bar + 24, 10);
  line[20] = mod10_digit({line + 10, 10});
  std::memcpy(line + 21, bar + 34, 10);
  line[31] = mod10_digit({line + 21, 10});
  line[32] = bar[4];
  std::memcpy(line + 33, bar + 5, 14);
}

caf::expected<std::string> encode_barcode(const boleto_fields& f) {
  auto refuse = [](const char* text) { return make_error(errc::invalid_input, text); };
  if (f.bank.size() != 3 || !all_digits(f.bank))
    return refuse("bank: must be three digits");
  if (f.bank[0] == arrecadacao_product)
    return refuse("bank: a code that begins with 8 marks arrecadação, not a bank slip");
  if (f.factor < 0 || f.factor > 9999)
    return refuse("factor: must be 0 to 9999");
  if (f.amount.cents < 0 || f.amount > max_amount)
    return refuse("amount: must be 0 to 9999999999 cents, as the bar code has ten digits for it");
  if (f.free_field.size() != free_field_size || !all_digits(f.free_field))
    return refuse("free field: must be 25 digits");
  std::string code(barcode_size, '0');
  write_barcode(std::span<char, barcode_size>{code.data(), barcode_size}, f.bank, f.factor,
                f.amount, f.free_field);
  return code;
}

boleto_reading read_barcode(std::string_view digits) {
  boleto_reading r;
  r.barcode = digits;
  if (digits.size() != barcode_size || !all_digits(digits)) {
    r.errors.push_back(size_error("a bar code", barcode_size, digits.size()));
    return r;
  }
  check_barcode(r);
  r.linha_digitavel = line_text(digits);
  return r;
}

boleto_reading read_line(std::string_view line) {
  boleto_reading r;
  r.linha_digitavel = line;
  if (line.size() != line_size || !all_digits(line)) {
    r.errors.push_back(size_error("a linha digitável", line_size, line.size()));
    return r;
  }
  struct part {
    const char* name;
    std::size_t begin;
    std::size_t size;
  };
  for (auto p : {part{"check digit of field 1", 0, 9}, part{"check digit of field 2", 10, 10},
                 part{"check digit of field 3", 21, 10}})
    if (auto dv = mod10_digit(line.substr(p.begin, p.size)); line[p.begin + p.size] != dv)
      r.errors.push_back(digit_error(p.name, line[p.begin + p.size], dv));
  r.barcode.append(line.substr(0, 4)).append(line.substr(32, 15)).append(line.substr(4, 5));
  r.barcode.append(line.substr(10, 10)).append(line.substr(21, 10));
  check_barcode(r);
  return r;
}

caf::expected<std::string> line_of_barcode(std::string_view barcode) {
  auto r = read_barcode(barcode);
  if (!r.valid())
    return make_error(errc::invalid_input, joined(r.errors));
  return std::move(r.linha_digitavel);
}

caf::expected<std::string> barcode_of_line(std::string_view line) {
  auto r = read_line(line);
  if (!r.valid())
    return make_error(errc::invalid_input, joined(r.errors));
  return std::move(r.barcode);
}

std::string strip_line(std::string_view line) {
  // With dashes and no-break spaces as web pages and word processors write them.
  constexpr std::u32string_view separators =
      U".- \t\r\n\u00a0\u2007\u2010\u2011\u2012\u2013\u2014\u202f\u2212\ufeff";
  std::string digits;
  for (std::size_t pos = 0; pos < line.size();) {
    auto begin = pos;
    if (separators.find(next_character(line, pos)) == std::u32string_view::npos)
      digits.append(line.substr(begin, pos - begin));
  }
  return digits;
}

std::string format_line(std::string_view d) {
  if (d.size() != line_size)
    return std::string{d};
  std::string text;
  text.append(d.substr(0, 5)).append(".").append(d.substr(5, 5)).append(" ");
  text.append(d.substr(10, 5)).append(".").append(d.substr(15, 6)).append(" ");
  text.append(d.substr(21, 5)).append(".").append(d.substr(26, 6)).append(" ");
  return text.append(d.substr(32, 1)).append(" ").append(d.substr(33));
}

} // namespace bankslip::domain
