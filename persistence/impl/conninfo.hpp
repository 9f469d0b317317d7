#pragma once

#include <string>
#include <string_view>

#include "persistence/persistence.hpp"

namespace bankslip::persistence {

/// The use of a connection; decides its time-outs and plans.
enum class session_kind {
  /// Few statements, single rows.
  store,
  /// Batches of thousands of keys.
  worker,
  /// Schema changes; no time-out of statements, no wait for a standby.
  migration,
};

/// Makes libpq's connection string for `database`. It contains the password.
std::string conninfo(const postgres_options& options, std::string_view database);

/// How long settings hold: until the connection ends, or the transaction.
enum class settings_scope { session, transaction };

/// Makes the statement that sets what a connection of this kind needs.
std::string settings_statement(const postgres_options& options, session_kind kind,
                               settings_scope scope);

} // namespace bankslip::persistence
