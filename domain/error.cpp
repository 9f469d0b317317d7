#include "domain/error.hpp"

#include <array>
#include <utility>

#include <caf/deep_to_string.hpp>
#include <caf/make_message.hpp>
#include <caf/message.hpp>

namespace bankslip::domain {

namespace {

constexpr std::array names{
    "ok",
    "invalid_input",
    "not_found",
    "wrong_state",
    "database_unavailable",
    "transaction_conflict",
    "already_stored",
    "intent_lost",
    "broker_unavailable",
    "client_fatal",
    "service_paused",
    "contended",
    "overloaded",
    "upload_aborted",
    "shutting_down",
    "database_refused",
    "internal",
    "worker_crashed",
    "worker_crashed_mailing",
};
static_assert(names.size() == static_cast<std::size_t>(errc::worker_crashed_mailing) + 1,
              "each error has its name");

} // namespace

caf::error make_error(errc code, std::string text) {
  return caf::error{static_cast<std::uint8_t>(code), error_category,
                    caf::make_message(std::move(text))};
}

caf::error make_error(errc code) {
  return caf::error{static_cast<std::uint8_t>(code), error_category};
}

errc code_of(const caf::error& e) noexcept {
  if (!e)
    return errc::ok;
  if (e.category() != error_category || e.code() >= names.size())
    return errc::internal;
  return static_cast<errc>(e.code());
}

std::string to_string(errc code) { return names.at(static_cast<std::size_t>(code)); }

std::string public_name(errc code) {
  auto text = to_string(code);
  for (auto& c : text)
    if (c == '_')
      c = ' ';
  return text;
}

std::string text_of(const caf::error& e) {
  if (!e)
    return "no error";
  if (e.category() != error_category)
    return "internal: " + caf::to_string(e);
  auto text = public_name(code_of(e));
  if (e.context().match_elements<std::string>())
    text += ": " + e.context().get_as<std::string>(0);
  return text;
}

std::string message_of(const caf::error& e) {
  if (e.category() == error_category && e.context().match_elements<std::string>())
    return e.context().get_as<std::string>(0);
  return text_of(e);
}

bool is_retryable(const caf::error& e) noexcept {
  switch (code_of(e)) {
    case errc::database_unavailable:
    case errc::database_refused:
    case errc::transaction_conflict:
    case errc::broker_unavailable:
    case errc::service_paused:
    case errc::contended:
    case errc::overloaded:
      return true;
    default:
      return false;
  }
}

} // namespace bankslip::domain
