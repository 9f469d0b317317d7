#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <caf/error.hpp>
#include <caf/expected.hpp>

#include "domain/debt.hpp"
#include "domain/time.hpp"

/// PostgreSQL, as old things leave it; see `domain/ports.hpp` for what holds for all ports.
namespace bankslip::domain {

/// Counts what a look at old rows has removed.
struct removed_rows {
  /// By table, without those that had none.
  std::vector<std::pair<std::string, std::int64_t>> tables;
  /// There may be more of them.
  bool more = false;
};

/// Debts that may leave the database, and where the search for them goes on.
struct archive_request {
  /// E-mailed, due and last changed before this day (UTC).
  date before;
  /// Block of the table that the search begins with.
  std::int64_t block = 0;
  /// Removes what was taken; else it is only read.
  bool removes = true;
};

/// The next block to ask for; none at the table's end.
struct archive_step {
  std::int64_t next_block = 0;
  bool at_end = false;
};

/// Removes what is old. One thread.
class retention_store {
public:
  virtual ~retention_store() = default;

  /// Removes rows that are more than `keep` old, at most about `limit` of each table:
  /// uploads that have ended and left no debt unfinished, with their counters and problems;
  /// entries of the audit; what each key brought in; events that were told or given up;
  /// sessions that have ended. Nothing while another process is at it. Waits for no lock
  /// longer than 0.1 s: `transaction_conflict`.
  virtual caf::expected<removed_rows> remove_old(std::chrono::days keep, int limit) = 0;

  /// Gives the debts of some blocks that may leave to `take`, once, and removes them
  /// unless it answers an error, which is passed on. Debts that somebody holds a lock on
  /// stay.
  virtual caf::expected<archive_step>
  archive(const archive_request& request,
          const std::function<caf::error(std::span<const stored_debt>)>& take) = 0;
};

} // namespace bankslip::domain
