#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <caf/error.hpp>
#include <caf/expected.hpp>

#include "domain/crypto.hpp"
#include "domain/time.hpp"

/// PostgreSQL, as the keys of the API use it; see `domain/ports.hpp` for what holds for all
/// ports.
namespace bankslip::domain {

/// A change that was asked for through the API, and what came of it.
struct audit_entry {
  utc_time at{};
  /// Name of the API key; empty where none was asked for, or none was right.
  std::string key;
  std::string method;
  /// The route's pattern.
  std::string route;
  /// Id of the debt, upload or delivery; empty where none is known.
  std::string target;
  int status = 0;
  /// Rows that came in.
  std::int64_t rows = 0;
  std::string request_id;
  /// The other end of the connection.
  std::string address;
  /// X-Forwarded-For, as the request claims.
  std::string forwarded_for;
  /// Entries that are the same but for time and request id, told as one.
  std::int32_t times = 1;
};

/// Rows that a key brought in.
struct key_rows {
  std::string key;
  std::int64_t rows = 0;
};

/// A login on the page.
struct session {
  /// SHA-256 of the cookie's value.
  sha256_digest id{};
  /// SHA-256 of the key that it stands for.
  sha256_digest key{};
};

/// The audit, what each key brought in, and sessions. One thread.
class access_store {
public:
  virtual ~access_store() = default;

  /// Appends the entries and adds `rows` to what the keys brought in on `day`, in one
  /// transaction. Answers the sums of that day, of all processes, for the keys in `rows`.
  /// A key stands in `rows` once; 0 only asks for its sum.
  virtual caf::expected<std::vector<key_rows>> record(std::span<const audit_entry> entries,
                                                      date day, std::span<const key_rows> rows) = 0;

  /// Stores a session for `lifetime`, and removes those that have ended, and the oldest
  /// beyond 100 of the same key.
  virtual caf::error open_session(const session& s, std::chrono::seconds lifetime) = 0;
  /// Reads a session that has not ended; `not_found`.
  virtual caf::expected<session> find_session(const sha256_digest& id) = 0;
  /// Ends a session; no error where there is none.
  virtual caf::error end_session(const sha256_digest& id) = 0;
};

} // namespace bankslip::domain
