#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "domain/ports.hpp"

/// Ports over PostgreSQL.
namespace bankslip::persistence {

struct postgres_options {
  std::string host = "127.0.0.1";
  int port = 15432;
  std::string user = "admin";
  std::string password = "changethis";
  std::string database = "bankslip";
  /// Further libpq keywords, "sslmode=require connect_timeout=3".
  std::string extra;
  /// A statement, a wait for a lock, an idle transaction, may last this long;
  /// so that a frozen process holds no lock for ever.
  std::chrono::milliseconds statement_timeout{60'000};
  std::chrono::milliseconds lock_timeout{20'000};
  std::chrono::milliseconds idle_transaction_timeout{60'000};
};

/// Checks `extra` and the rest without connecting: `invalid_input` says what
/// libpq does not take.
caf::error check_options(const postgres_options& options);

/// Creates the database if it is absent (needs a role that may), then applies
/// the numbered files of `sql/` that were not applied yet, in order, each in
/// its own transaction, under an advisory lock. Safe while others run it.
/// Answers how many were applied.
caf::expected<int> migrate(const postgres_options& options);

/// What the settlement stores of a process know together of where rows lie.
class row_locations;
std::shared_ptr<row_locations> make_row_locations();

/// Neither connects before its first call.
std::unique_ptr<domain::settlement_store>
make_settlement_store(const postgres_options& options,
                      std::shared_ptr<row_locations> locations = make_row_locations());
std::unique_ptr<domain::debt_store> make_debt_store(const postgres_options& options);

} // namespace bankslip::persistence
