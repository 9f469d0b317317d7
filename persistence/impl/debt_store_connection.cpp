#include "persistence/impl/debt_store_connection.hpp"

#include <exception>
#include <utility>
#include <vector>

namespace bankslip::persistence {

namespace {

using domain::errc;

const statement begin_work{"", "begin isolation level read committed", wire_form::text};
const statement commit_work{"", "commit", wire_form::text};

/// Carries the error of a statement out of the work of a transaction.
struct failed_statement {
  caf::error reason;
};

text_result as_text(pq_result&& result) {
  return text_result{std::shared_ptr<const PGresult>{
      result.release(), [](const PGresult* r) { PQclear(const_cast<PGresult*>(r)); }}};
}

} // namespace

text_result text_transaction::exec(const std::string& text, binary_params params) {
  const statement work{"", text, wire_form::text};
  std::vector<step> steps;
  if (!std::exchange(begun_, true))
    steps.push_back({&begin_work, {}});
  else if (!connection_.in_transaction())
    throw failed_statement{domain::make_error(errc::internal, "no transaction is open")};
  steps.push_back({&work, std::move(params)});
  auto results = connection_.run(what_, steps);
  if (!results)
    throw failed_statement{std::move(results.error())};
  return as_text(std::move(results->back()));
}

caf::error text_transaction::commit() {
  if (!begun_)
    return {};
  const step steps[] = {{&commit_work, {}}};
  auto done = connection_.run(what_, steps);
  return done ? caf::error{} : std::move(done.error());
}

std::string text_transaction::quote(std::string_view text) const { return connection_.quote(text); }

caf::error
debt_store_connection::transaction(std::string_view what,
                                   const std::function<caf::error(text_transaction&)>& work) {
  text_transaction tx{connection_, what};
  caf::error error;
  try {
    error = work(tx);
    if (!error)
      error = tx.commit();
  } catch (failed_statement& failed) {
    error = std::move(failed.reason);
  } catch (const std::exception& e) {
    error = domain::make_error(errc::internal, "cannot " + std::string{what} + ": " + e.what());
  }
  connection_.rollback();
  return error;
}

caf::expected<text_result> debt_store_connection::run(std::string_view what,
                                                      const persistence::statement& s,
                                                      binary_params params) {
  auto result = connection_.run(what, s, std::move(params));
  if (!result)
    return std::move(result.error());
  return as_text(std::move(*result));
}

} // namespace bankslip::persistence
