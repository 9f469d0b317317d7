#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <caf/error.hpp>
#include <httplib.h>

/// The shapes of answers: `{"detail":"text"}`, and for a body that does not
/// fit the list that FastAPI's clients expect.
namespace bankslip::http {

/// One entry of a 422.
struct field_fault {
  /// Stable, for programs: "missing", "string_type", "amount_format".
  std::string type;
  /// Where: {"body", "debt_id"}.
  std::vector<std::string> loc;
  /// For people.
  std::string message;
  /// The refused value as JSON.
  std::string input = "null";
  /// Further data as a JSON object; left out when empty.
  std::string context = {};
};

void answer_json(httplib::Response& res, int status, std::string body);
void answer_detail(httplib::Response& res, int status, std::string_view detail);
void answer_faults(httplib::Response& res, const std::vector<field_fault>& faults);
/// 503 with Retry-After.
void answer_unavailable(httplib::Response& res, std::string_view detail, int retry_after_s = 5);

/// Answers an error of FRONT or a PARSER. `missing` is the detail of a 404.
/// Texts of errors inside stay in the log.
void answer_error(httplib::Response& res, const caf::error& e, std::string_view missing);

/// What the error says, without its code.
std::string message_of(const caf::error& e);

/// A whole answer for a connection that is closed after it, for refusals made
/// outside cpp-httplib.
std::string closing_answer(int status, std::string_view detail);

} // namespace bankslip::http
