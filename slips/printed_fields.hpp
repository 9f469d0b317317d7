#pragma once

#include <string>
#include <string_view>

#include "domain/boleto/beneficiary.hpp"
#include "domain/ports.hpp"
#include "domain/text/controls.hpp"

namespace bankslip::slips {

/// The texts that an e-mail about a slip can show, for people.
struct mail_fields {
  std::string name;
  std::string debt_id;
  /// "R$ 1.234,56".
  std::string amount;
  /// "31/12/2026".
  std::string due_date;
  /// With dots and spaces, as printed on the slip.
  std::string linha_digitavel;
  /// Pix copia e cola; empty when the slip has none.
  std::string pix;
  std::string nosso_numero;
  /// Address of the PDF at the service; empty for built-in slips.
  std::string pdf_url;
};

/// Fills `out`, whose strings are used again. Control characters of the name
/// become spaces. `to` goes into the Pix code of built-in slips.
void fill_mail_fields(const domain::email_job& job, const domain::beneficiary& to,
                      mail_fields& out);

/// "R$ 1.234,56".
std::string format_reais(domain::money amount);

/// "31/12/2026".
std::string format_day(domain::date day);

using domain::without_controls;

} // namespace bankslip::slips
