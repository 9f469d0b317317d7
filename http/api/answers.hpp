#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <caf/error.hpp>

#include "domain/error.hpp"
#include "http/server/response.hpp"

/// The shapes of answers: `{"detail":"text"}`, and for a body that does not
/// fit the list that FastAPI's clients expect.
namespace bankslip::http {

/// One entry of a 422.
struct field_fault {
  /// Stable, for programs: "missing", "string_type", "amount_format".
  std::string type;
  /// The field's place: {"body", "debt_id"}.
  std::vector<std::string> loc;
  /// For people.
  std::string message;
  /// The refused value as JSON.
  std::string input = "null";
  /// Further data as a JSON object; left out when empty.
  std::string context = {};
};

void answer_json(response& res, int status, std::string body);
/// A 503 has a Retry-After.
void answer_detail(response& res, int status, std::string_view detail);
void answer_faults(response& res, const std::vector<field_fault>& faults);
void answer_unavailable(response& res, std::string_view detail);

/// Answers an error of FRONT or a PARSER. `missing` is the detail of a 404.
/// Texts of errors inside stay in the log.
void answer_error(response& res, const caf::error& e, std::string_view missing);

using domain::message_of;

} // namespace bankslip::http
