#include <algorithm>

#include "cli/boleto_command.hpp"
#include "cli/boleto_json.hpp"
#include "domain/boleto/bar_code.hpp"
#include "domain/boleto/digits.hpp"
#include "domain/boleto/factor.hpp"
#include "domain/boleto/pix.hpp"
#include "domain/text/ascii.hpp"

namespace bankslip::cli {

namespace {

constexpr std::size_t arrecadacao_line_size = 48;

bool is_arrecadacao(std::string_view digits) {
  return domain::all_digits(digits) && digits[0] == '8'
         && (digits.size() == domain::barcode_size || digits.size() == arrecadacao_line_size);
}

// What a bank makes of the due date, where that is not what the code says.
std::vector<std::string> warnings_of(const domain::boleto_reading& r, domain::date today) {
  auto factor = r.fields.factor;
  if (!r.valid() || factor == 0 || domain::due_date(factor, today))
    return {};
  auto digits = std::to_string(10'000 + factor).substr(1);
  if (factor < 1000)
    return {"the due-date factor " + digits
            + " lies below 1000, the first one in use: banks read no due date from it"};
  return {"the due-date factor " + digits
          + " means no day from 3000 days before to 5500 days after today: no bank takes it now"};
}

void print_slip(json_object& json, const domain::boleto_reading& r, domain::date today) {
  std::vector<std::string> dates;
  std::string likely;
  if (r.valid()) {
    for (auto d : domain::due_dates(r.fields.factor))
      dates.push_back(domain::format_date(d));
    if (auto d = domain::due_date(r.fields.factor, today))
      likely = domain::format_date(*d);
  }
  json.text("barcode", r.barcode);
  json.text("linha_digitavel", r.linha_digitavel);
  json.text("bank", r.valid() ? r.fields.bank : "");
  json.text("amount", r.valid() ? domain::format_decimal(r.fields.amount) : "");
  json.texts("due_dates", dates);
  json.text("due_date", likely);
  json.text("free_field", r.valid() ? r.fields.free_field : "");
  json.texts("warnings", warnings_of(r, today));
}

void print_pix(json_object& json, const domain::pix_reading& r) {
  if (!r.valid())
    return;
  json.text("type", r.dynamic ? "dynamic" : r.key.empty() ? "recurrence" : "static");
  json.flag("single_use", r.single_use);
  json.text("key", r.key);
  json.text("url", r.url);
  json.text("recurrence_url", r.recurrence_url);
  json.text("description", r.description);
  json.text("merchant_category", r.category);
  json.text("amount", r.amount ? domain::format_decimal(*r.amount) : "");
  json.text("name", r.name);
  json.text("city", r.city);
  json.text("postal_code", r.postal_code);
  json.text("txid", r.txid);
  json.texts("warnings", r.warnings);
}

int finish(json_object& json, const std::vector<std::string>& errors, std::ostream& out) {
  json.texts("errors", errors);
  out << json.finish() << "\n";
  return errors.empty() ? 0 : 1;
}

// One of the two forms is the input itself and stays in the answer though it is
// wrong; the other is worth nothing then.
int inspect_slip(const char* kind, domain::boleto_reading r, domain::date today,
                 std::ostream& out) {
  if (!r.valid())
    (kind == std::string_view{"barcode"} ? r.linha_digitavel : r.barcode).clear();
  json_object json;
  json.flag("valid", r.valid());
  json.text("kind", kind);
  print_slip(json, r, today);
  return finish(json, r.errors, out);
}

int inspect_pix(std::string_view code, std::ostream& out) {
  auto r = domain::read_pix(code);
  json_object json;
  json.flag("valid", r.valid());
  json.text("kind", "pix");
  print_pix(json, r);
  return finish(json, r.errors, out);
}

int refuse(const char* kind, std::string error, std::ostream& out) {
  domain::boleto_reading r;
  r.errors.push_back(std::move(error));
  json_object json;
  json.flag("valid", false);
  json.text("kind", kind);
  print_slip(json, r, {});
  return finish(json, r.errors, out);
}

} // namespace

int boleto_inspect(std::string_view code, domain::date today, std::ostream& out) {
  auto text = domain::trimmed(code, " \t\r\n");
  auto digits = domain::strip_line(text);
  if (is_arrecadacao(digits))
    return refuse("arrecadacao", "begins with 8: arrecadação, not a bank slip", out);
  if (domain::all_digits(digits) && digits.size() == domain::barcode_size)
    return inspect_slip("barcode", domain::read_barcode(digits), today, out);
  if (domain::all_digits(digits) && digits.size() == domain::line_size)
    return inspect_slip("linha_digitavel", domain::read_line(digits), today, out);
  if (domain::looks_like_pix(text))
    return inspect_pix(text, out);
  auto what = domain::all_digits(digits) ? std::to_string(digits.size()) + " digits"
                                         : std::string{"text that is none of these"};
  return refuse("unknown",
                "must be a bar code of 44 digits, a linha digitável of 47 digits or a Pix code "
                "that begins with 0002; this is "
                    + what,
                out);
}

int boleto_inspect(std::string_view code, std::ostream& out) {
  return boleto_inspect(code, domain::brazilian_day(domain::system_clock().utc_now()), out);
}

} // namespace bankslip::cli
