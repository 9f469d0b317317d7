#include "domain/text/hex.hpp"
#include "persistence/persistence.hpp"

#include <chrono>
#include <map>
#include <string>
#include <thread>

#include "domain/crypto.hpp"
#include "persistence/impl/conninfo.hpp"
#include "persistence/impl/errors.hpp"
#include "persistence/impl/pq_connection.hpp"
#include "persistence/impl/pqxx_compat.hpp"
#include "sql_files.hpp"
#include "telemetry/log.hpp"

namespace bankslip::persistence {

namespace {

using namespace std::chrono_literals;
using domain::errc;

/// Turns an exception of libpqxx into an error; see `database_error`.
caf::error error_of(std::string_view what, const std::exception& e, bool connected) {
  std::string_view message = e.what();
  // Details after the first line may hold a person's data.
  message = message.substr(0, message.find('\n'));
  if (auto sql = dynamic_cast<const pqxx::sql_error*>(&e))
    return database_error(what, sql->sqlstate(), message, connected && !sql->sqlstate().empty());
  if (dynamic_cast<const pqxx::broken_connection*>(&e)
      || dynamic_cast<const pqxx::in_doubt_error*>(&e))
    return database_error(what, "", e.what(), false);
  return domain::make_error(errc::internal, "cannot " + std::string{what} + ": " + e.what());
}

// Any number that no other program is likely to lock.
constexpr const char* take_migration_lock = "select pg_advisory_xact_lock(7241139020260101)";

// Others keep working while a file waits for its locks: it waits in short
// turns, because everybody else queues behind a waiting schema change.
constexpr int max_turns = 60;
constexpr const char* turn = "set local lock_timeout = '2s'";

std::string checksum(std::string_view text) { return domain::to_hex(domain::sha256(text)); }

std::unique_ptr<pqxx::connection> connect(const postgres_options& options,
                                          std::string_view database) {
  auto connection = open_connection(conninfo(options, database));
  if (options.prepared)
    pqxx::nontransaction{*connection}.exec(
        settings_statement(options, session_kind::migration, settings_scope::session));
  return connection;
}

// The text of a failed connection tells nothing reliable (it may be
// translated), so the maintenance database is asked.
void create_database(const postgres_options& options) {
  auto connection = connect(options, "postgres");
  pqxx::nontransaction tx{*connection};
  if (!run(tx, "select 1 from pg_database where datname = $1", options.database).empty())
    return;
  try {
    tx.exec("create database " + tx.quote_name(options.database)
            + " template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'");
    telemetry::log_info("database created", {{"database", options.database}});
  } catch (const pqxx::sql_error& e) {
    // Another process was faster.
    if (e.sqlstate() != "42P04" && e.sqlstate() != "23505")
      throw;
  }
}

std::unique_ptr<pqxx::connection> connect_or_create(const postgres_options& options) {
  try {
    return connect(options, options.database);
  } catch (const pqxx::broken_connection&) {
    create_database(options);
  }
  return connect(options, options.database);
}

using applied_files = std::map<std::string, std::string>;

void create_table_of_applied(pqxx::work& tx) {
  tx.exec("create table if not exists schema_migrations (version int primary key, "
          "name text not null, checksum text not null, "
          "applied_at timestamptz not null default now())");
}

applied_files read_applied(pqxx::transaction_base& tx) {
  applied_files out;
  for (const auto& row : tx.exec("select name, checksum from schema_migrations"))
    out.emplace(row[0].c_str(), row[1].c_str());
  return out;
}

/// The first file that was not applied yet; null when there is none.
caf::expected<const embedded_sql*> next_file(const applied_files& applied) {
  const embedded_sql* next = nullptr;
  for (const auto& file : sql_files) {
    auto it = applied.find(file.name);
    if (it == applied.end()) {
      if (!next)
        next = &file;
    } else if (it->second != checksum(file.text)) {
      return domain::make_error(
          errc::database_refused,
          "sql/" + std::string{file.name}
              + " differs from the file of that name that was applied to this "
                "database");
    }
  }
  return next;
}

/// Applies one file; answers whether there was one.
caf::expected<bool> apply_next(pqxx::connection& connection, const postgres_options& options) {
  pqxx::work tx{connection};
  if (!options.prepared)
    tx.exec(settings_statement(options, session_kind::migration, settings_scope::transaction));
  tx.exec("set local lock_timeout = 0");
  tx.exec(take_migration_lock);
  create_table_of_applied(tx);
  auto file = next_file(read_applied(tx));
  if (!file)
    return file.error();
  if (*file) {
    tx.exec(turn);
    tx.exec((*file)->text);
    run(tx, "insert into schema_migrations (version, name, checksum) values ($1, $2, $3)",
        std::stoi((*file)->name), std::string{(*file)->name}, checksum((*file)->text));
  }
  tx.commit();
  if (*file)
    telemetry::log_info("migration applied", {{"file", (*file)->name}});
  return *file != nullptr;
}

caf::expected<int> apply_all(pqxx::connection& connection, const postgres_options& options) {
  int applied = 0;
  for (int turns = 0;;) {
    try {
      auto more = apply_next(connection, options);
      if (!more)
        return more.error();
      if (!*more)
        return applied;
      ++applied;
    } catch (const pqxx::sql_error& e) {
      if (code_for(e.sqlstate(), connection.is_open()) != errc::transaction_conflict
          || ++turns == max_turns)
        throw;
      std::this_thread::sleep_for(200ms);
    }
  }
}

std::string server_version(pqxx::transaction_base& tx) {
  return tx.exec("show server_version")[0][0].c_str();
}

/// The state of a database that does not answer: it may not be there yet.
schema_state state_without(const postgres_options& options) {
  const auto connection = connect(options, "postgres");
  pqxx::nontransaction tx{*connection};
  schema_state out;
  out.server_version = server_version(tx);
  out.exists = !run(tx, "select 1 from pg_database where datname = $1", options.database).empty();
  return out;
}

caf::expected<schema_state> state_in(pqxx::connection& connection) {
  pqxx::nontransaction tx{connection};
  schema_state out;
  out.server_version = server_version(tx);
  applied_files applied;
  if (!tx.exec("select to_regclass('schema_migrations')")[0][0].is_null())
    applied = read_applied(tx);
  if (auto changed = next_file(applied); !changed)
    return changed.error();
  out.applied = static_cast<int>(applied.size());
  for (const auto& file : sql_files)
    if (applied.erase(file.name) == 0)
      ++out.pending;
  out.unknown = static_cast<int>(applied.size());
  return out;
}

} // namespace

caf::expected<schema_state> inspect_schema(const postgres_options& options) {
  std::unique_ptr<pqxx::connection> connection;
  const auto failed = [&](const std::exception& e) {
    return error_of("look at database " + options.database, e, connection && connection->is_open());
  };
  try {
    connection = connect(options, options.database);
    return state_in(*connection);
  } catch (const pqxx::broken_connection& e) {
    try {
      if (const auto state = state_without(options); !state.exists)
        return state;
    } catch (const std::exception&) {
      // The first failure says more.
    }
    return failed(e);
  } catch (const std::exception& e) {
    return failed(e);
  }
}

caf::expected<int> migrate(const postgres_options& options) {
  std::unique_ptr<pqxx::connection> connection;
  try {
    connection = connect_or_create(options);
    auto applied = apply_all(*connection, options);
    if (!applied)
      return applied;
    // Also what another process has applied: nobody works on a schema that a failover would
    // take back.
    if (auto error = pq_connection{options, session_kind::store}.confirm_earlier_commits())
      return domain::make_error(domain::code_of(error), "the schema of " + options.database
                                                            + " is up to date, but no standby "
                                                              "has confirmed it: "
                                                            + domain::text_of(error));
    return applied;
  } catch (const std::exception& e) {
    return error_of("migrate database " + options.database, e, connection && connection->is_open());
  }
}

} // namespace bankslip::persistence
