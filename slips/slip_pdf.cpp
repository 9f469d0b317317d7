#include "slips/slip_pdf.hpp"

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>

#include "domain/boleto/bar_code.hpp"
#include "domain/boleto/builtin_slip.hpp"
#include "domain/boleto/digits.hpp"
#include "domain/error.hpp"
#include "domain/government_id.hpp"
#include "slips/impl/slip_page.hpp"
#include "slips/printed_fields.hpp"
#include "slips/slip_view.hpp"

namespace bankslip::slips {

namespace {

constexpr std::string_view sample = "AMOSTRA – NÃO PAGÁVEL";

struct known_bank {
  std::string_view code;
  const char* name;
};

constexpr std::array<known_bank, 12> known_banks = {{{"001", "Banco do Brasil"},
                                                     {"033", "Santander"},
                                                     {"041", "Banrisul"},
                                                     {"077", "Banco Inter"},
                                                     {"104", "Caixa"},
                                                     {"237", "Bradesco"},
                                                     {"260", "Nubank"},
                                                     {"336", "C6 Bank"},
                                                     {"341", "Itaú"},
                                                     {"422", "Safra"},
                                                     {"748", "Sicredi"},
                                                     {"756", "Sicoob"}}};

std::string bank_name(std::string_view code, const std::string& otherwise) {
  for (auto& bank : known_banks)
    if (bank.code == code)
      return bank.name;
  return otherwise;
}

void take_beneficiary(slip_page& page, const domain::beneficiary& to) {
  page.beneficiary = to.name;
  page.beneficiary_id = domain::format_government_id(to.government_id);
  page.beneficiary_address = to.address;
  page.agency_code = to.agency_code;
}

void take_slip(slip_page& page, slip_view&& view, const pdf_options& options) {
  std::string_view bank = std::string_view{view.barcode}.substr(0, 3);
  page.bank_name = bank_name(bank, options.bank_name);
  page.bank_code = std::string{bank} + "-" + domain::bank_code_digit(bank);
  page.line = domain::format_line(view.linha_digitavel);
  if (!view.from_service)
    page.watermark = sample;
  if (bank == domain::builtin_bank && !view.from_service)
    page.wallet = domain::builtin_wallet;
  page.nosso_numero = page.wallet.empty() || view.nosso_numero.empty()
                          ? view.nosso_numero
                          : page.wallet + "/" + view.nosso_numero;
  page.pix = std::move(view.pix);
  page.barcode = std::move(view.barcode);
}

void take_debt(slip_page& page, const domain::stored_debt& d) {
  page.payer = d.content.name;
  page.payer_id = domain::format_government_id(d.content.government_id);
  page.due_date = format_day(d.content.due_date);
  page.amount = format_reais(d.content.amount);
  page.document = d.content.debt_id;
  if (d.created_at != domain::utc_time{})
    page.document_date = format_day(domain::brazilian_day(d.created_at));
}

void draw(pdf_canvas& page, const slip_page& content) {
  draw_receipt(page, content);
  draw_ficha(page, content);
}

/// The texts that a form shows and that are not the same on all.
struct form_texts {
  std::string bank_name;
  std::string bank_code;
  std::string watermark;
  std::vector<std::string> instructions;
  auto operator<=>(const form_texts&) const = default;
};

/// The form of such pages; empty where each has to draw its own. It is drawn once for all
/// threads: slips of one beneficiary and bank share it.
std::shared_ptr<const std::string> form_of(const slip_page& content) {
  constexpr std::size_t most_kept = 32;
  static std::mutex mutex;
  static std::map<form_texts, std::shared_ptr<const std::string>> kept;
  const form_texts wanted{content.bank_name, content.bank_code, content.watermark,
                          content.instructions};
  {
    const std::lock_guard lock{mutex};
    if (const auto at = kept.find(wanted); at != kept.end())
      return at->second;
  }
  pdf_canvas page{{}};
  page.draw_only(pdf_layer::form);
  draw(page, content);
  const auto form = std::make_shared<const std::string>(page.take_form());
  const std::lock_guard lock{mutex};
  // Services that name a bank of their own for each slip get no more memory than this.
  if (kept.size() >= most_kept)
    kept.clear();
  kept.insert_or_assign(wanted, form);
  return form;
}

} // namespace

caf::expected<std::string> render_slip_pdf(const domain::stored_debt& d,
                                           const pdf_options& options) {
  auto view = view_slip(d, options.beneficiary);
  if (!domain::read_barcode(view.barcode).valid())
    return domain::make_error(domain::errc::wrong_state,
                              "the debt has no slip with a valid linha digitável");
  slip_page content;
  take_beneficiary(content, options.beneficiary);
  take_slip(content, std::move(view), options);
  take_debt(content, d);
  content.payment_place = options.payment_place;
  content.instructions = options.instructions;
  pdf_canvas page{"Boleto " + content.document};
  if (const auto form = form_of(content); !form->empty())
    page.put_form(*form);
  draw(page, content);
  return page.finish();
}

} // namespace bankslip::slips
