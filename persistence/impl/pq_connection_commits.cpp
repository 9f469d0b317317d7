#include <algorithm>
#include <array>

#include "domain/error.hpp"
#include "persistence/impl/pq_connection.hpp"
#include "telemetry/log.hpp"

// Whether the synchronous standby has what was committed, and is still to answer.
namespace bankslip::persistence {

// A short look, since its caller has others to answer.
caf::error pq_connection::await_late_answer() {
  using namespace std::chrono_literals;
  const auto patience = std::min<std::chrono::milliseconds>(1s, options_.answer_timeout);
  const auto until = std::chrono::steady_clock::now() + patience;
  // Its end: the synchronisation, or the loss of the connection.
  for (pq_result r; PQstatus(connection_.get()) == CONNECTION_OK
                    && PQresultStatus(r.get()) != PGRES_PIPELINE_SYNC;
       r.reset(PQgetResult(connection_.get())))
    if (!await_answer(until)) {
      if (const auto now = std::chrono::steady_clock::now(); now >= ask_leader_at_) {
        ask_leader_at_ = now + options_.answer_timeout;
        if (is_led_by_another(connection_.get(), options_))
          break;
      }
      return domain::make_error(domain::errc::database_unavailable,
                                "PostgreSQL still owes the answer to an earlier call: a commit "
                                "may be waiting for its synchronous standby");
    }
  telemetry::log_info("a late answer of PostgreSQL is here, or its connection is given up");
  commit_doubts::add();
  drop();
  return {};
}

caf::error pq_connection::write_something() {
  static const statement message{"", "select pg_logical_emit_message(true, 'bankslip', '')",
                                 wire_form::text};
  auto written = run("confirm earlier commits", message);
  if (written)
    return {};
  // A server that does not let us is asked once.
  if (domain::code_of(written.error()) != domain::errc::database_unavailable) {
    telemetry::log_warn("earlier commits are not confirmed",
                        {{"error", domain::text_of(written.error())}});
    return {};
  }
  return written.error();
}

caf::error pq_connection::confirm_what_is_visible() {
  return doubts_.are_covered() ? caf::error{} : doubts_.cover([&] { return write_something(); });
}

caf::error pq_connection::confirm_earlier_commits() {
  auto error = write_something();
  // What was written shows nothing to anybody, so that its wait may be ended.
  if (late_) {
    const std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> waiting{PQgetCancel(connection_.get()),
                                                                     PQfreeCancel};
    std::array<char, 256> reason{};
    PQcancel(waiting.get(), reason.data(), static_cast<int>(reason.size()));
    drop();
  }
  return error;
}

void pq_connection::take_notice(void* self, const PGresult* notice) {
  if (tells_of_cancelled_wait(notice))
    static_cast<pq_connection*>(self)->wait_cancelled_ = true;
}

} // namespace bankslip::persistence
