#include "persistence/impl/conninfo.hpp"

#include <libpq-fe.h>

#include "domain/error.hpp"

namespace bankslip::persistence {

namespace {

void append(std::string& out, std::string_view key, std::string_view value) {
  out.append(key).append("='");
  for (char c : value) {
    if (c == '\'' || c == '\\')
      out.push_back('\\');
    out.push_back(c);
  }
  out.append("' ");
}

void append_timeout(std::string& out, std::string_view name, std::chrono::milliseconds value) {
  out.append("set ").append(name).append(" = ").append(std::to_string(value.count())).append("; ");
}

} // namespace

std::string conninfo(const postgres_options& options, std::string_view database) {
  std::string out;
  append(out, "host", options.host);
  append(out, "port", std::to_string(options.port));
  append(out, "user", options.user);
  append(out, "password", options.password);
  append(out, "dbname", database);
  append(out, "application_name", "bankslip");
  append(out, "client_encoding", "UTF8");
  append(out, "connect_timeout", "3");
  // A peer that vanished is noticed within about 15 s.
  append(out, "keepalives", "1");
  append(out, "keepalives_idle", "5");
  append(out, "keepalives_interval", "3");
  append(out, "keepalives_count", "3");
  append(out, "tcp_user_timeout", "15000");
  // The last word wins in libpq.
  out.append(options.extra);
  return out;
}

std::string session_setup(const postgres_options& options, session_kind kind) {
  std::string out = "set client_min_messages = warning; set timezone = 'UTC'; "
                    "set datestyle = 'ISO, YMD'; set bytea_output = 'hex'; "
                    "set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 3; "
                    "set tcp_keepalives_count = 3; set client_connection_check_interval = 5000; ";
  append_timeout(out, "idle_in_transaction_session_timeout", options.idle_transaction_timeout);
  append_timeout(out, "lock_timeout", options.lock_timeout);
  if (kind != session_kind::migration)
    append_timeout(out, "statement_timeout", options.statement_timeout);
  // A plan made while the table was small must not scan it when it is large,
  // and planning anew for thousands of keys costs more than the statement. Without
  // tid scans a location would be looked for in the whole index.
  if (kind == session_kind::worker)
    out.append(
        "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; "
        "set enable_tidscan = on; set plan_cache_mode = force_generic_plan; set jit = off; ");
  return out;
}

caf::error check_options(const postgres_options& options) {
  char* reason = nullptr;
  auto* parsed = PQconninfoParse(conninfo(options, options.database).c_str(), &reason);
  if (parsed) {
    PQconninfoFree(parsed);
    return {};
  }
  std::string text = reason ? reason : "out of memory";
  PQfreemem(reason);
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  return domain::make_error(domain::errc::invalid_input, std::move(text));
}

} // namespace bankslip::persistence
