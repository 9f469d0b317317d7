#include "persistence/impl/conninfo.hpp"

#include <libpq-fe.h>

#include "domain/error.hpp"
#include "persistence/impl/server_list.hpp"

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

} // namespace

std::string conninfo(const postgres_options& options, std::string_view database) {
  std::string out;
  // What is wrong with them, if anything, libpq says when it connects.
  const auto read = read_servers(options.host, options.port);
  const auto servers = read ? *read : server_list{options.host, options.port, 1};
  append(out, "host", servers.hosts);
  append(out, "port", servers.ports);
  append(out, "user", options.user);
  append(out, "password", options.password);
  append(out, "dbname", database);
  append(out, "application_name", "bankslip");
  append(out, "client_encoding", "UTF8");
  // For each of them.
  append(out, "connect_timeout", servers.count > 1 ? "2" : "3");
  if (servers.count > 1)
    append(out, "target_session_attrs", "read-write");
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

std::string settings_statement(const postgres_options& options, session_kind kind,
                               settings_scope scope) {
  std::string out = "select ";
  auto set = [&](std::string_view name, std::string_view value) {
    out.append(out.ends_with(')') ? ", set_config('" : "set_config('").append(name);
    out.append("', '").append(value);
    out.append(scope == settings_scope::transaction ? "', true)" : "', false)");
  };
  auto set_limit = [&](std::string_view name, std::chrono::milliseconds value) {
    set(name, std::to_string(value.count()));
  };
  set("client_min_messages", "warning");
  set("timezone", "UTC");
  set("datestyle", "ISO, YMD");
  set("bytea_output", "hex");
  set_limit("idle_in_transaction_session_timeout", options.idle_transaction_timeout);
  set_limit("lock_timeout", options.lock_timeout);
  // A commit that waits for a standby which is away would hold the migrations' lock as long.
  if (kind == session_kind::migration)
    set("synchronous_commit", "local");
  else
    set_limit("statement_timeout", options.statement_timeout);
  // The server notices a client that has vanished. Behind a pooler it is the
  // pooler's connection.
  if (scope == settings_scope::session) {
    set("tcp_keepalives_idle", "5");
    set("tcp_keepalives_interval", "3");
    set("tcp_keepalives_count", "3");
    set("client_connection_check_interval", "5000");
  }
  // A plan made while the table was small must not scan it when it is large,
  // and planning anew for each group of keys costs more than the statement.
  if (kind != session_kind::migration) {
    set("enable_seqscan", "off");
    set("jit", "off");
    set("plan_cache_mode", "force_generic_plan");
  }
  // Without tid scans a location would be looked for in the whole index.
  if (kind == session_kind::worker) {
    set("enable_hashjoin", "off");
    set("enable_mergejoin", "off");
    set("enable_tidscan", "on");
  }
  return out;
}

caf::error check_servers(const postgres_options& options) {
  const auto servers = read_servers(options.host, options.port);
  return servers ? caf::error{} : servers.error();
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
