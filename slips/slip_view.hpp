#pragma once

#include <string>
#include <string_view>

#include "domain/boleto/beneficiary.hpp"
#include "domain/debt.hpp"

namespace bankslip::slips {

/// All that is known of a slip. A field is empty where nothing says it.
struct slip_view {
  /// 47 digits, or whatever another writer of the table left there.
  std::string linha_digitavel;
  /// 44 digits: what the line says, else the service's word.
  std::string barcode;
  std::string nosso_numero;
  /// Pix code as text.
  std::string pix;
  std::string pdf_url;
  /// Came from a boleto service: `slip_details` holds its JSON.
  bool from_service = false;
};

/// The slip of `d` with this line and details: built-in slips are computed
/// anew, the others say themselves what they are. `to` goes into the Pix code
/// of built-in slips.
slip_view view_slip(const domain::debt& d, std::string_view linha_digitavel,
                    std::string_view slip_details, const domain::beneficiary& to = {});
slip_view view_slip(const domain::stored_debt& d, const domain::beneficiary& to = {});

} // namespace bankslip::slips
