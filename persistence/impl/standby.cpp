#include "persistence/impl/standby.hpp"

#include <memory>
#include <string>

#include "domain/error.hpp"
#include "persistence/impl/conninfo.hpp"
#include "persistence/impl/pq_handles.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::persistence {

caf::error answer_is_late(std::string_view what, std::chrono::milliseconds waited) {
  telemetry::count_unconfirmed_commit("late");
  telemetry::log_warn("PostgreSQL does not answer: a commit may be waiting for its synchronous "
                      "standby",
                      {{"call", what}, {"waited_ms", waited.count()}});
  return domain::make_error(domain::errc::database_unavailable,
                            "cannot " + std::string{what} + ": no answer in "
                                + std::to_string(waited.count())
                                + " ms; a commit may be waiting for its synchronous standby");
}

caf::error wait_was_cancelled(std::string_view what) {
  telemetry::count_unconfirmed_commit("cancelled");
  telemetry::log_warn("a commit was not confirmed by the synchronous standby", {{"call", what}});
  return domain::make_error(domain::errc::database_unavailable,
                            "cannot " + std::string{what}
                                + ": its wait for the synchronous standby was cancelled");
}

bool tells_of_cancelled_wait(const PGresult* notice) noexcept {
  // The function's name is the same in every language and version.
  return or_empty(PQresultErrorField(notice, PG_DIAG_SOURCE_FUNCTION)) == "SyncRepWaitForLSN";
}

bool is_led_by_another(const PGconn* connection, const postgres_options& options) {
  const pq_handle leader{PQconnectdb(conninfo(options, options.database).c_str())};
  const auto address = [](const PGconn* c) {
    return std::pair{std::string{or_empty(PQhostaddr(c))}, std::string{or_empty(PQport(c))}};
  };
  return PQstatus(leader.get()) == CONNECTION_OK && address(leader.get()) != address(connection);
}

} // namespace bankslip::persistence
