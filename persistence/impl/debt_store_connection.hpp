#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "domain/error.hpp"
#include "persistence/impl/conninfo.hpp"
#include "persistence/impl/pqxx_compat.hpp"

namespace bankslip::persistence {

/// A statement that is prepared at its first use on each connection, unless
/// `postgres_options::prepared` is off. Lives as long as the process.
struct prepared_statement {
  std::string name;
  std::string text;
};

/// A connection over libpqxx that is made when it is needed and thrown away
/// when it breaks. One thread.
class debt_store_connection {
public:
  explicit debt_store_connection(postgres_options options) : options_{std::move(options)} {}

  /// Runs `work` in a transaction, which is committed unless it answers an error.
  /// A failure of PostgreSQL becomes an error whose text says that one "cannot
  /// `what`".
  caf::error transaction(std::string_view what, const std::function<caf::error(pqxx::work&)>& work);

  /// Runs one statement in a transaction of its own.
  template <class... Ts>
  caf::expected<pqxx::result> statement(std::string_view what, const std::string& text,
                                        const Ts&... values) {
    pqxx::result out;
    auto ask = [&](auto& tx) {
      out = run(tx, text, values...);
      return caf::error{};
    };
    auto error = options_.prepared ? guard(what,
                                           [&](pqxx::connection& connection) {
                                             pqxx::nontransaction tx{connection};
                                             return ask(tx);
                                           })
                                   : transaction(what, ask);
    if (error)
      return error;
    return out;
  }

  template <class... Ts>
  caf::expected<pqxx::result> statement(std::string_view what, const prepared_statement& s,
                                        const Ts&... values) {
    if (!options_.prepared)
      return statement(what, s.text, values...);
    pqxx::result out;
    auto error = guard(what, [&](pqxx::connection& connection) {
      prepare(connection, s);
      pqxx::nontransaction tx{connection};
      out = run_prepared(tx, s.name, values...);
      return caf::error{};
    });
    if (error)
      return error;
    return out;
  }

private:
  void prepare(pqxx::connection& connection, const prepared_statement& s);
  void connect();
  caf::error guard(std::string_view what, const std::function<caf::error(pqxx::connection&)>& work);

  postgres_options options_;
  std::unique_ptr<pqxx::connection> connection_;
  std::set<const prepared_statement*> prepared_;
};

/// Turns an exception of libpqxx into an error; see `database_error`.
caf::error error_of(std::string_view what, const std::exception& e, bool connected);

} // namespace bankslip::persistence
