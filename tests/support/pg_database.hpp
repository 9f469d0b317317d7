#pragma once

#include <atomic>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <libpq-fe.h>
#include <unistd.h>

#include "persistence/persistence.hpp"

namespace bankslip::test {

/// A plain connection for looking at and preparing a database. One thread.
class pg_session {
public:
  using rows = std::vector<std::vector<std::string>>;

  explicit pg_session(const persistence::postgres_options& o)
      : connection_{PQconnectdb(("host=" + o.host + " port=" + o.port + " user=" + o.user
                                 + " password=" + o.password + " dbname=" + o.database
                                 + " client_encoding=UTF8 connect_timeout=5")
                                    .c_str()),
                    PQfinish} {
    if (PQstatus(connection_.get()) != CONNECTION_OK)
      throw std::runtime_error(PQerrorMessage(connection_.get()));
    exec("set client_min_messages = warning; set timezone = 'UTC'");
  }

  /// Runs one or more statements; the rows of the last one, null as "".
  rows exec(const std::string& sql) {
    std::unique_ptr<PGresult, decltype(&PQclear)> r{PQexec(connection_.get(), sql.c_str()),
                                                    PQclear};
    auto status = PQresultStatus(r.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
      throw std::runtime_error(PQresultErrorMessage(r.get()));
    rows out;
    for (int i = 0; i < PQntuples(r.get()); ++i) {
      auto& row = out.emplace_back();
      for (int j = 0; j < PQnfields(r.get()); ++j)
        row.emplace_back(PQgetvalue(r.get(), i, j));
    }
    return out;
  }

  /// The first column of the first row; "" when there is none.
  std::string value(const std::string& sql) {
    auto r = exec(sql);
    return r.empty() || r[0].empty() ? std::string{} : r[0][0];
  }

private:
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

/// Address of the server for tests: STACK_POSTGRES_PORT on 127.0.0.1.
inline persistence::postgres_options pg_server() {
  persistence::postgres_options o;
  if (auto port = std::getenv("STACK_POSTGRES_PORT"))
    o.port = port;
  return o;
}

/// A database of its own, dropped with this object (whoever is connected).
class pg_database {
public:
  /// `migrated`: with the program's tables.
  explicit pg_database(bool migrated = true) : options_{pg_server()} {
    static std::atomic<int> count{0};
    auto maintenance = options_;
    maintenance.database = "postgres";
    maintenance_ = std::make_unique<pg_session>(maintenance);
    options_.database = "bankslip_test_" + std::to_string(getpid()) + "_" + std::to_string(++count);
    maintenance_->exec("drop database if exists " + options_.database + " with (force)");
    if (!migrated) {
      maintenance_->exec("create database " + options_.database + " template template0");
    } else if (auto applied = persistence::migrate(options_); !applied) {
      throw std::runtime_error(domain::text_of(applied.error()));
    }
  }

  ~pg_database() {
    try {
      session_.reset();
      maintenance_->exec("drop database if exists " + options_.database + " with (force)");
    } catch (const std::exception&) {
      // A server that is gone has nothing to drop.
    }
  }

  pg_database(const pg_database&) = delete;
  pg_database& operator=(const pg_database&) = delete;

  persistence::postgres_options& options() { return options_; }
  const persistence::postgres_options& options() const { return options_; }

  /// A session inside the database, made at the first call.
  pg_session& session() {
    if (!session_)
      session_ = std::make_unique<pg_session>(options_);
    return *session_;
  }

  pg_session::rows exec(const std::string& sql) { return session().exec(sql); }
  std::string value(const std::string& sql) { return session().value(sql); }

private:
  persistence::postgres_options options_;
  std::unique_ptr<pg_session> maintenance_;
  std::unique_ptr<pg_session> session_;
};

} // namespace bankslip::test
