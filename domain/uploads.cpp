#include "domain/uploads.hpp"

#include <array>

#include "domain/error.hpp"

namespace bankslip::domain {

namespace {

constexpr std::array<std::string_view, 4> state_names = {"receiving", "processing", "done",
                                                         "aborted"};
constexpr std::array<std::string_view, 4> stop_names = {"", "paused", "cancelled", "resumed"};
static_assert(state_names.size() == static_cast<std::size_t>(upload_state::aborted) + 1);
static_assert(stop_names.size() == static_cast<std::size_t>(mail_stop::resumed) + 1);

} // namespace

std::string_view to_string(upload_state s) noexcept {
  return state_names[static_cast<std::size_t>(s)];
}

std::string_view to_string(mail_stop s) noexcept { return stop_names[static_cast<std::size_t>(s)]; }

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
