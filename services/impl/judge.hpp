#pragma once

#include <string>
#include <string_view>

#include "domain/service_ports.hpp"

namespace bankslip::services {

using domain::call_outcome;
using domain::call_result;

/// A status judged.
struct status_verdict {
  call_result call = call_result::unclear;
  /// The service is at fault, not the debt: the breaker counts it.
  bool service_fault = true;
  /// The address or the credentials are wrong, as far as one can tell.
  bool misconfigured = false;
};

/// Judges by the table of docs/SERVICES.md; `accepted`: if the body is as it should be.
/// `explained`: the body is JSON of the
/// service, {"error": "text"}; a 404 without it comes from a wrong address.
status_verdict judge_status(int status, bool explained) noexcept;

/// The text of {"error": "text"}, one line, at most 300 bytes; empty when the
/// body is nothing like that.
std::string error_text(std::string_view body);

/// "422: no such address": one line for people.
std::string describe_status(int status, std::string_view error, bool misconfigured);

} // namespace bankslip::services
