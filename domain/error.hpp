#pragma once

#include <cstdint>
#include <string>

#include <caf/atom.hpp>
#include <caf/error.hpp>
#include <caf/expected.hpp>

namespace bankslip::domain {

/// Everything that can go wrong and that a caller may have to tell apart.
/// An error carries one text for people: what failed and where.
enum class errc : std::uint8_t {
  ok = 0,
  /// Input breaks a rule of its format; sending it again will not help.
  invalid_input = 1,
  /// No such debt or upload.
  not_found = 2,
  /// The thing exists but is not in a state that allows the call.
  wrong_state = 3,
  /// PostgreSQL could not be reached, or the connection broke in mid-work.
  database_unavailable = 4,
  /// Serialization failure, deadlock or lock time-out: the whole transaction
  /// may be done again.
  transaction_conflict = 5,
  /// A COPY met a key that is in the table already; nothing was written.
  already_stored = 6,
  /// The wave's intent was removed by a newer owner: stop, write nothing.
  intent_lost = 7,
  /// The broker could not be reached in time.
  broker_unavailable = 8,
  /// A Kafka client can never be used again; make a new one.
  client_fatal = 9,
  /// A service's circuit breaker is open; try the batch again later.
  service_paused = 10,
  /// Another lane holds an unsettled attempt on the same debt; try again later.
  contended = 11,
  /// A bound was reached (open uploads, connections, bytes).
  overloaded = 12,
  /// The upload ended before its last byte.
  upload_aborted = 13,
  /// The process is stopping.
  shutting_down = 14,
  /// The disk, a limit or the schema of PostgreSQL refuses the statement.
  database_refused = 15,
  /// A broken invariant: a bug of ours.
  internal = 16,
  /// A worker died of a bug before any e-mail of its batch was begun.
  worker_crashed = 17,
  /// A worker died of a bug when e-mails of its batch may have gone out.
  worker_crashed_mailing = 18,
};

/// CAF error category of `errc`.
constexpr caf::atom_value error_category = caf::atom("bankslip");

/// Makes an error of code `code` whose text for people is `text`.
caf::error make_error(errc code, std::string text);
caf::error make_error(errc code);

/// Code of `e`; `internal` for errors of other categories, `ok` for none.
errc code_of(const caf::error& e) noexcept;

/// Text for people, never empty: "database unavailable: connection refused".
std::string text_of(const caf::error& e);

/// The same without the name of its code: "connection refused".
std::string message_of(const caf::error& e);

/// Name of `code` as it stands in metrics and headers: "database_unavailable".
std::string to_string(errc code);

/// The same for people, who are not told what went wrong inside: "database unavailable".
std::string public_name(errc code);

/// Whether the same work may succeed later without a change to its input.
bool is_retryable(const caf::error& e) noexcept;

} // namespace bankslip::domain
