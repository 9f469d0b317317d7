#pragma once

#include <string>
#include <string_view>

#include "persistence/persistence.hpp"

namespace bankslip::persistence {

/// What a connection is used for; decides its time-outs and plans.
enum class session_kind {
  /// Few statements, single rows.
  store,
  /// Batches of thousands of keys.
  worker,
  /// Schema changes; no time-out of statements.
  migration,
};

/// libpq connection string for `database`. Contains the password.
std::string conninfo(const postgres_options& options, std::string_view database);

/// How long settings hold: until the connection ends, or the transaction.
enum class settings_scope { session, transaction };

/// One statement that makes the settings of a connection of this kind.
std::string settings_statement(const postgres_options& options, session_kind kind,
                               settings_scope scope);

} // namespace bankslip::persistence
