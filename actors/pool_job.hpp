#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <caf/error.hpp>

#include "actors/protocol.hpp"

namespace bankslip::actors {

/// Records `begin` to `end` of a batch.
struct pool_range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// A range of a lane's batch that waits, is put off, or runs.
struct pool_job {
  std::uint64_t id = 0;
  settle_batch work;
  std::size_t begin = 0;
  std::size_t end = 0;
  /// When it came, or when last a record of it was settled.
  std::chrono::steady_clock::time_point got_on{};
  /// Why it was last put off; empty: it was not since then.
  std::string last_error;
  int crashes = 0;
  int failures = 0;
  bool maybe_mailed = false;
  /// Its lane is gone: not to be tried again.
  bool revoked = false;
  std::shared_ptr<const domain::dead_letter_reason> dead_letter;
  /// Ranges of the same batch that follow, last first.
  std::vector<pool_range> rest;

  /// Notes that its worker has died of it, or the database refuses it for good. At the
  /// `limit`-th time a range is halved, and a single record is to be written off.
  void note_crash(const caf::error& reason, int limit);
  /// The job of the range that follows; there is one. It is split at its first crash, as
  /// what has crashed as a part of a larger range.
  pool_job next_range(int limit) const;
  /// Answer to CONSUMER; `dropped`: what begins at `begin` is not settled and will not be.
  batch_settled fact(bool dropped) const;
};

} // namespace bankslip::actors
