#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "domain/ports.hpp"

/// Ports over PostgreSQL.
namespace bankslip::persistence {

/// How to reach the database.
struct postgres_options {
  /// Host name, address, or folder of the server's socket; several with commas between,
  /// each with a port of its own or not: "a:5433,b,[::1]:5434". The first that takes
  /// writes is used.
  std::string host = "127.0.0.1";
  /// Port of the hosts without one; several with commas between, one for each host.
  std::string port = "15432";
  std::string user = "admin";
  std::string password = "changethis";
  std::string database = "bankslip";
  /// Topic of the process's records. It is stored with each upload, and records
  /// count for uploads of their own topic only.
  std::string topic = "bankslip_process";
  /// The events that are told; they are written with what makes them true.
  domain::event_set events;
  /// Further libpq keywords, "sslmode=require connect_timeout=3". They overrule the
  /// others.
  std::string extra;
  /// Prepares statements by name and keeps settings in the session, which is
  /// faster. To be off behind a pooler that gives each transaction another
  /// session, such as PgBouncer in transaction mode.
  bool prepared = true;
  /// Limits of a statement, of a wait for a lock and of an idle transaction, so
  /// that a frozen process holds no lock for ever.
  std::chrono::milliseconds statement_timeout{60'000};
  std::chrono::milliseconds lock_timeout{20'000};
  std::chrono::milliseconds idle_transaction_timeout{60'000};
  /// Longest wait for an answer; none of the limits above ends a COMMIT that waits for its
  /// synchronous standby. Longer than `lock_timeout`.
  std::chrono::milliseconds answer_timeout{30'000};
};

/// Checks `host` and `port`. Answers `invalid_input` with the variable and the part of it
/// that is wrong.
caf::error check_servers(const postgres_options& options);

/// Checks the options without connecting. Answers `invalid_input` with what libpq
/// does not take.
caf::error check_options(const postgres_options& options);

/// Creates the database if it is absent, for which the role must have the right, and
/// applies the numbered files of `sql/` that were not applied yet: in order, each in
/// a transaction of its own, under an advisory lock. Answers how many it applied, once
/// the synchronous standby has them; `database_unavailable` where that does not say so in
/// `answer_timeout`: they are applied then, and the next call asks again. Safe while
/// others call it or work. Blocks; any thread.
caf::expected<int> migrate(const postgres_options& options);

/// How a database stands to the migrations of this program.
struct schema_state {
  /// As the server tells it: "15.8 (Debian 15.8-0+deb12u1)".
  std::string server_version;
  /// False: `migrate` would create the database.
  bool exists = true;
  /// Files that were applied to it.
  int applied = 0;
  /// Files that `migrate` would apply.
  int pending = 0;
  /// Applied ones that this program does not have: a newer one has been here.
  int unknown = 0;
};

/// Looks how the database stands; changes nothing. Fails as `migrate` does, also where an
/// applied file has another text. Blocks; any thread.
caf::expected<schema_state> inspect_schema(const postgres_options& options);

/// The memory of the settlement stores of a process of where rows lie.
class row_locations;
std::shared_ptr<row_locations> make_row_locations();

/// Makes the database for a worker. Connects at the first call, and anew after
/// `database_unavailable`. The stores of a process share `locations`.
std::unique_ptr<domain::settlement_store>
make_settlement_store(const postgres_options& options,
                      std::shared_ptr<row_locations> locations = make_row_locations());

/// Makes the database for single debts, uploads and the outbox. Connects as
/// `make_settlement_store` does.
std::unique_ptr<domain::debt_store> make_debt_store(const postgres_options& options);

/// Makes the database for delivering events to `endpoint`, an address.
std::unique_ptr<domain::webhook_store> make_webhook_store(const postgres_options& options,
                                                          std::string endpoint);
/// Makes the database for the keys of the API. Connects as the others do.
std::unique_ptr<domain::access_store> make_access_store(const postgres_options& options);

/// Makes the database for removing what is old. Its statements wait for no lock longer
/// than 0.1 s.
std::unique_ptr<domain::retention_store> make_retention_store(const postgres_options& options);

/// Reads up to which offset each partition of the topic is settled, by partition, in the
/// mail stage where `mails`: records below it need not come again. Lacks those of which
/// nothing was settled yet. Blocks; any thread.
caf::expected<std::map<std::int32_t, std::int64_t>>
read_settled_offsets(const postgres_options& options, bool mails);

} // namespace bankslip::persistence
