#pragma once

#include <string>
#include <vector>

#include <caf/expected.hpp>

#include "domain/boleto/beneficiary.hpp"
#include "domain/debt.hpp"

namespace bankslip::slips {

/// The texts of a slip besides the debt, in UTF-8.
struct pdf_options {
  domain::beneficiary beneficiary;
  /// Printed for a bank code that we do not know.
  std::string bank_name = "Banco Fictício";
  std::string payment_place = "Pagável em qualquer banco até o vencimento.";
  /// Lines of the instructions; as many as fit are printed.
  std::vector<std::string> instructions = {
      "Pague pelo aplicativo do seu banco: leia o código de barras ou o QR Code Pix.",
      "Confira o nome do beneficiário antes de pagar.",
  };
};

/// The slip as one A4 page in PDF: the payer's receipt with the Pix QR code,
/// below it the ficha de compensação with the ITF bar code of 103 x 13 mm.
/// Unless a boleto service made the slip, the page carries the watermark
/// "AMOSTRA – NÃO PAGÁVEL". The same debt gives the same bytes. Text that is
/// too long is cut to its box; every letter of the European languages is printed,
/// characters of other scripts become "?", control characters spaces. CPF and CNPJ
/// stand in their form. `wrong_state` when the debt has no slip with a
/// valid line. Thread-safe; what is the same on all pages of a bank is drawn once.
caf::expected<std::string> render_slip_pdf(const domain::stored_debt& d,
                                           const pdf_options& options = {});

} // namespace bankslip::slips
