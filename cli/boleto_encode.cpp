#include "cli/boleto_command.hpp"
#include "cli/boleto_json.hpp"
#include "cli/campo_livre.hpp"
#include "domain/boleto/bar_code.hpp"
#include "domain/boleto/factor.hpp"
#include "domain/error.hpp"

namespace bankslip::cli {

namespace {

caf::error refuse(std::string text) {
  return domain::make_error(domain::errc::invalid_input, std::move(text));
}

caf::expected<int> factor_of(const std::string& due, domain::due_date_window window,
                             domain::date today) {
  if (due.empty())
    return 0;
  auto day = domain::parse_date(due);
  if (!day)
    return refuse("due: " + due + " is not a day of the calendar in the form YYYY-MM-DD");
  auto factor = domain::due_factor(*day);
  if (!factor)
    return refuse("due: " + due + " has no factor; it must be 1997-10-08 to 2049-10-13");
  auto read = domain::due_date(*factor, today);
  if (read == day || window == domain::due_date_window::off)
    return *factor;
  return refuse("due: " + due + " is not from 3000 days before to 5500 days after today; banks "
                + (read ? "would read " + domain::format_date(*read) : "would read no date")
                + " from its factor");
}

// Takes the free field from its parts where a layout is named.
caf::error apply_layout(const boleto_encode_options& o, domain::boleto_fields& fields) {
  auto& p = o.parts;
  if (p.layout.empty())
    return {};
  auto take = [&](const char* bank, caf::expected<std::string> field) -> caf::error {
    if (!o.free_field.empty())
      return refuse("free field: must not be given together with a layout");
    if (!o.bank.empty() && o.bank != bank)
      return refuse("bank: the layout " + p.layout + " is that of bank " + bank);
    if (!field)
      return std::move(field.error());
    fields.bank = bank;
    fields.free_field = std::move(*field);
    return {};
  };
  if (p.layout == "banco-do-brasil")
    return take("001", free_field_of(banco_do_brasil_layout{p.convenio, p.sequence, p.carteira}));
  if (p.layout == "itau")
    return take("341", free_field_of(itau_layout{p.carteira, p.nosso_numero, p.agencia, p.conta}));
  return refuse("layout: must be banco-do-brasil or itau");
}

caf::expected<std::string> barcode_of(const boleto_encode_options& o, domain::date today) {
  domain::boleto_fields fields{o.bank, 0, domain::money{o.cents}, o.free_field};
  auto factor = factor_of(o.due, o.due_dates, today);
  if (!factor)
    return std::move(factor.error());
  fields.factor = *factor;
  if (auto e = apply_layout(o, fields))
    return e;
  return domain::encode_barcode(fields);
}

} // namespace

int boleto_encode(const boleto_encode_options& options, domain::date today, std::ostream& out) {
  json_object json;
  auto code = barcode_of(options, today);
  if (!code) {
    json.flag("valid", false);
    json.texts("errors", {domain::text_of(code.error())});
    out << json.finish() << "\n";
    return 1;
  }
  auto line = domain::read_barcode(*code).linha_digitavel;
  json.flag("valid", true);
  json.text("barcode", *code);
  json.text("linha_digitavel", line);
  json.text("printed", domain::format_line(line));
  json.texts("errors", {});
  out << json.finish() << "\n";
  return 0;
}

int boleto_encode(const boleto_encode_options& options, std::ostream& out) {
  return boleto_encode(options, domain::brazilian_day(domain::system_clock().utc_now()), out);
}

} // namespace bankslip::cli
