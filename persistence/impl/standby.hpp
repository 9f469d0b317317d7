#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

#include <caf/error.hpp>
#include <libpq-fe.h>

#include "persistence/persistence.hpp"

/// Commits without the word of the synchronous standby.
namespace bankslip::persistence {

/// Counts and logs a call whose answer did not come in `waited`; makes its
/// `database_unavailable`.
caf::error answer_is_late(std::string_view what, std::chrono::milliseconds waited);

/// Counts and logs a commit whose wait for the standby was cancelled; makes its
/// `database_unavailable`.
caf::error wait_was_cancelled(std::string_view what);

/// Whether the server tells by this notice that somebody has cancelled such a wait.
bool tells_of_cancelled_wait(const PGresult* notice) noexcept;

/// Whether another server takes writes than the one that `connection` leads to. A server that
/// is frozen or cut off keeps its connections, while another one is promoted. Connects anew.
bool is_led_by_another(const PGconn* connection, const postgres_options& options);

/// Calls of the process that may have made something visible which the standby lacks, and
/// how many of them a later commit of one connection has covered: the standby has all that
/// comes before a commit that it has confirmed. One for each connection, on its thread.
class commit_doubts {
public:
  static void add() noexcept { ++all_; }
  bool are_covered() const noexcept { return covered_ == all_; }

  /// Calls `commit`, which covers all doubts of now unless it fails.
  template <class Commit>
  caf::error cover(Commit commit) {
    const auto before = std::exchange(covered_, all_.load());
    auto error = commit();
    if (error)
      covered_ = before;
    return error;
  }

private:
  static inline std::atomic<std::uint64_t> all_{0};
  std::uint64_t covered_ = 0;
};

} // namespace bankslip::persistence
