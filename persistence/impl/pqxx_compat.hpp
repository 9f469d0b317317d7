#pragma once

#include <memory>
#include <string>
#include <utility>

#include <pqxx/pqxx>

/// Bridges libpqxx 6 (Debian 12) and 7 (Debian 13).
namespace bankslip::persistence {

/// Connects at once. A connection that breaks stays broken: reconnecting
/// silently, as libpqxx 6 would, loses the session's settings.
inline std::unique_ptr<pqxx::connection> open_connection(const std::string& conninfo) {
  auto connection = std::make_unique<pqxx::connection>(conninfo);
#if PQXX_VERSION_MAJOR < 7
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  connection->inhibit_reactivation(true);
#pragma GCC diagnostic pop
#endif
  return connection;
}

// GCC 14 takes a part of libpqxx's parameters for uninitialised.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
/// Runs one statement with parameters $1, $2 …
template <class Transaction, class... Ts>
pqxx::result run(Transaction& tx, const std::string& statement, Ts&&... values) {
#if PQXX_VERSION_MAJOR < 7
  return tx.exec_params(statement, std::forward<Ts>(values)...);
#else
  return tx.exec(statement, pqxx::params{std::forward<Ts>(values)...});
#endif
}
#pragma GCC diagnostic pop

} // namespace bankslip::persistence
