#include "persistence/impl/debt_store_connection.hpp"

#include <poll.h>

#include "persistence/impl/errors.hpp"

namespace bankslip::persistence {

namespace {

using domain::errc;

// An idle connection with bytes to read was closed by the server.
bool is_stale(pqxx::connection& connection) {
  pollfd p{connection.sock(), POLLIN, 0};
  return !connection.is_open() || ::poll(&p, 1, 0) > 0;
}

} // namespace

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

void debt_store_connection::prepare(pqxx::connection& connection, const prepared_statement& s) {
  if (prepared_.contains(&s))
    return;
  connection.prepare(s.name, s.text);
  prepared_.insert(&s);
}

void debt_store_connection::connect() {
  prepared_.clear();
  connection_ = open_connection(conninfo(options_, options_.database));
  if (options_.prepared)
    pqxx::nontransaction{*connection_}.exec(
        settings_statement(options_, session_kind::store, settings_scope::session));
}

caf::error debt_store_connection::transaction(std::string_view what,
                                              const std::function<caf::error(pqxx::work&)>& work) {
  return guard(what, [&](pqxx::connection& connection) {
    pqxx::work tx{connection};
    if (!options_.prepared)
      tx.exec(settings_statement(options_, session_kind::store, settings_scope::transaction));
    auto error = work(tx);
    if (!error)
      tx.commit();
    return error;
  });
}

caf::error debt_store_connection::guard(std::string_view what,
                                        const std::function<caf::error(pqxx::connection&)>& work) {
  caf::error error;
  try {
    if (!connection_ || is_stale(*connection_))
      connect();
    return work(*connection_);
  } catch (const std::exception& e) {
    error = error_of(what, e, connection_ && connection_->is_open());
  }
  auto code = domain::code_of(error);
  if (code == errc::database_unavailable || code == errc::internal)
    connection_.reset();
  return error;
}

} // namespace bankslip::persistence
