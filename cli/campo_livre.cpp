#include "cli/campo_livre.hpp"

#include "domain/boleto/digits.hpp"
#include "domain/error.hpp"

namespace bankslip::cli {

namespace {

// Appends `digits` filled up to `width`; an error names the number.
caf::error append_number(std::string& out, const char* name, std::string_view digits,
                         std::size_t width) {
  if (!domain::all_digits(digits) || digits.size() > width)
    return domain::make_error(domain::errc::invalid_input, std::string{name} + ": must be 1 to "
                                                               + std::to_string(width) + " digits");
  out.append(width - digits.size(), '0').append(digits);
  return {};
}

} // namespace

caf::expected<std::string> free_field_of(const banco_do_brasil_layout& l) {
  std::string field(6, '0');
  if (auto e = append_number(field, "convênio", l.convenio, 7))
    return e;
  if (auto e = append_number(field, "sequence", l.sequence, 10))
    return e;
  if (auto e = append_number(field, "carteira", l.carteira, 2))
    return e;
  return field;
}

caf::expected<std::string> free_field_of(const itau_layout& l) {
  std::string title;
  std::string account;
  if (auto e = append_number(title, "carteira", l.carteira, 3))
    return e;
  if (auto e = append_number(title, "nosso número", l.nosso_numero, 8))
    return e;
  if (auto e = append_number(account, "agência", l.agencia, 4))
    return e;
  if (auto e = append_number(account, "conta", l.conta, 5))
    return e;
  auto field = title;
  field.push_back(domain::mod10_digit(account + title));
  field.append(account).push_back(domain::mod10_digit(account));
  return field.append("000");
}

} // namespace bankslip::cli
