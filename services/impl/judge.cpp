#include "services/impl/judge.hpp"

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
  std::string line;
  for (char c : text->substr(0, 300))
    line.push_back(static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c);
  // A character cut in two at the end would make the text invalid UTF-8.
  if (text->size() > 300) {
    while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0xC0) == 0x80)
      line.pop_back();
    if (!line.empty() && static_cast<unsigned char>(line.back()) >= 0x80)
      line.pop_back();
  }
  return line;
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
