#include "slips/printed_fields.hpp"

#include "domain/boleto/bar_code.hpp"
#include "slips/slip_view.hpp"

namespace bankslip::slips {

std::string format_reais(domain::money amount) {
  auto whole = std::to_string(amount.cents / 100);
  for (int at = static_cast<int>(whole.size()) - 3; at > 0; at -= 3)
    whole.insert(static_cast<std::size_t>(at), 1, '.');
  auto cents = std::to_string(100 + amount.cents % 100).substr(1);
  return "R$ " + whole + "," + cents;
}

std::string format_day(domain::date day) {
  auto iso = domain::format_date(day);
  return iso.substr(8, 2) + "/" + iso.substr(5, 2) + "/" + iso.substr(0, 4);
}

void fill_mail_fields(const domain::email_job& job, const domain::beneficiary& to,
                      mail_fields& out) {
  auto& debt = *job.content;
  out.name = without_controls(debt.name);
  out.debt_id = debt.debt_id;
  out.amount = format_reais(debt.amount);
  out.due_date = format_day(debt.due_date);
  out.linha_digitavel = domain::format_line(job.linha_digitavel);
  auto slip = view_slip(debt, job.linha_digitavel, job.slip_details, to);
  out.pix = std::move(slip.pix);
  out.nosso_numero = std::move(slip.nosso_numero);
  out.pdf_url = std::move(slip.pdf_url);
}

} // namespace bankslip::slips
