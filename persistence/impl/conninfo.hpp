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

/// Statements to run once on a fresh connection.
std::string session_setup(const postgres_options& options, session_kind kind);

} // namespace bankslip::persistence
