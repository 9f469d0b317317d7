#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "actors/protocol.hpp"
#include "domain/boleto/beneficiary.hpp"
#include "domain/debt.hpp"
#include "domain/uploads.hpp"

/// The JSON forms that clients know.
namespace bankslip::http {

/// A stored debt, with what its slip says. `to` stands in the Pix code of
/// built-in slips.
std::string debt_json(const domain::stored_debt& d, const domain::beneficiary& to = {});

std::string upload_json(const domain::upload_record& u);
/// An array, newest first.
std::string uploads_json(const std::vector<domain::upload_record>& uploads);

/// The answer to an upload that was taken.
std::string report_json(const actors::upload_report& r);

/// Path under which the slip of `debt_id` can be fetched.
std::string pdf_path(std::string_view debt_id);

} // namespace bankslip::http
