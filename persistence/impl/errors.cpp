#include "persistence/impl/errors.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace bankslip::persistence {

namespace {

using domain::errc;

constexpr std::array<std::pair<std::string_view, errc>, 16> states{{
    {intent_lost_state, errc::intent_lost},
    {"25006", errc::database_unavailable}, // read only: a standby, or the primary of before
    {"25P03", errc::database_unavailable}, // idle in transaction for too long; connection closed
    {"40001", errc::transaction_conflict}, // serialization failure
    {"40P01", errc::transaction_conflict}, // deadlock
    {"53300", errc::database_unavailable}, // too many connections
    {"55P03", errc::transaction_conflict}, // lock time-out
    {"57014", errc::transaction_conflict}, // statement time-out
    {"57P01", errc::database_unavailable}, // shutdown or pg_terminate_backend
    {"57P02", errc::database_unavailable}, // crash of another backend
    {"57P03", errc::database_unavailable}, // starting up, in recovery
    {"57P04", errc::database_unavailable}, // database dropped
    {"57P05", errc::database_unavailable}, // idle for too long; connection closed
    {"23502", errc::invalid_input},        // not null
    {"23505", errc::already_stored},       // unique key
    {"23514", errc::invalid_input},        // check
}};

} // namespace

errc code_for(std::string_view sqlstate, bool connected) noexcept {
  for (const auto& [state, code] : states)
    if (state == sqlstate)
      return code;
  if (!connected || sqlstate.substr(0, 2) == "08")
    return errc::database_unavailable;
  // Data exceptions: the same values will be refused again.
  if (sqlstate.substr(0, 2) == "22")
    return errc::invalid_input;
  return errc::database_refused;
}

caf::error database_error(std::string_view what, std::string_view sqlstate,
                          std::string_view message, bool connected) {
  std::string text{"cannot "};
  text.append(what).append(": ").append(message);
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (text.back() == ' ')
    text.pop_back();
  if (!sqlstate.empty())
    text.append(" (SQLSTATE ").append(sqlstate).append(")");
  // The statement was prepared in another session, or this one has it already.
  if (sqlstate == "26000" || sqlstate == "42P05")
    text.append(": behind a pooler in transaction mode set POSTGRES_PREPARED=off");
  return domain::make_error(code_for(sqlstate, connected), std::move(text));
}

} // namespace bankslip::persistence
