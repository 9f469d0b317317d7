#pragma once

#include <string>
#include <string_view>

#include "domain/ports.hpp"
#include "services/impl/judge.hpp"

namespace bankslip::services {

/// Key of the call that makes the slip of a debt: 64 hex digits, SHA-256 of
/// "slip:" and the debt_id.
std::string slip_key(std::string_view debt_id);

/// Reads the answer. A line or Pix code whose check digits are wrong, or that
/// states another amount or due date than the debt, and a pdf_url that is not of
/// the web are `refused`; a body of other form is `unclear`. Numbers are taken
/// where text is meant. `reason` must be empty; it says what is wrong.
call_result read_slip_answer(std::string_view body, const domain::debt& d, domain::slip& out,
                             std::string& reason);

} // namespace bankslip::services
