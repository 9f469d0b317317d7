#pragma once

#include <string>

#include "domain/boleto/beneficiary.hpp"
#include "domain/debt.hpp"

namespace bankslip::http {

/// What a client sees of a slip besides its line; empty where unknown.
struct slip_view {
  /// 44 digits.
  std::string barcode;
  std::string nosso_numero;
  /// BR Code of a Pix, to copy or to draw.
  std::string pix;
  std::string pdf_url;
};

/// All empty while the debt has no slip.
slip_view view_slip(const domain::stored_debt& d, const domain::beneficiary& to = {});

} // namespace bankslip::http
