#include "services/impl/judge.hpp"

#include "domain/text/controls.hpp"
#include "domain/text/utf8.hpp"
#include "json/json.hpp"

namespace bankslip::services {

status_verdict judge_status(int status, bool explained) noexcept {
  switch (status) {
    case 200:
    case 201:
    case 202:
      return {call_result::accepted, false, false};
    case 400:
    case 410:
    case 413:
    case 422:
      return {call_result::refused, false, false};
    case 404:
      if (explained)
        return {call_result::refused, false, false};
      return {call_result::not_done, true, true};
    case 408:
    case 425:
    case 429:
    case 503:
      return {call_result::not_done, true, false};
    case 409:
      return {call_result::unclear, false, false};
    default:
      // Redirections are not followed: the address is wrong.
      if (status >= 300 && status < 500)
        return {call_result::not_done, true, true};
      return {call_result::unclear, true, false};
  }
}

std::string error_text(std::string_view body) {
  json::json_reader reader{body};
  auto text = reader.text("error");
  if (!text)
    return {};
  return domain::without_controls(domain::whole_characters(*text, 300));
}

std::string describe_status(int status, std::string_view error, bool misconfigured) {
  auto text = "answered " + std::to_string(status);
  if (!error.empty())
    text.append(": ").append(error);
  if (misconfigured)
    text.append(" (check the service's address and credentials)");
  return text;
}

} // namespace bankslip::services
