#include "domain/uploads.hpp"

#include "domain/error.hpp"

namespace bankslip::domain {

std::string_view to_string(upload_state s) noexcept {
  switch (s) {
    case upload_state::receiving:
      return "receiving";
    case upload_state::processing:
      return "processing";
    case upload_state::done:
      return "done";
    case upload_state::aborted:
      return "aborted";
  }
  return "unknown";
}

std::string_view to_string(mail_stop s) noexcept {
  switch (s) {
    case mail_stop::none:
      return "";
    case mail_stop::paused:
      return "paused";
    case mail_stop::cancelled:
      return "cancelled";
    case mail_stop::resumed:
      return "resumed";
  }
  return "unknown";
}

mail_stop mail_stop_of(std::string_view name) noexcept {
  for (auto s : {mail_stop::paused, mail_stop::cancelled, mail_stop::resumed})
    if (name == to_string(s))
      return s;
  return mail_stop::none;
}

upload_state upload_state_of(std::string_view name) noexcept {
  for (auto s : {upload_state::processing, upload_state::done, upload_state::aborted})
    if (name == to_string(s))
      return s;
  return upload_state::receiving;
}

upload_failure failure_of(const caf::error& e) {
  const auto code = code_of(e);
  switch (code) {
    case errc::invalid_input:
      return {"csv_invalid", message_of(e)};
    case errc::upload_aborted:
    case errc::shutting_down:
      return {to_string(code), message_of(e)};
    default:
      return {to_string(code), public_name(code)};
  }
}

} // namespace bankslip::domain
