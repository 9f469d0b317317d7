#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include <caf/error.hpp>

#include "actors/protocol/common.hpp"
#include "domain/records.hpp"
#include "domain/settlement/settler.hpp"

/// From the broker to the database: CONSUMER, POOL and its WORKERs.
namespace bankslip::actors {

struct batch_settled;

/// Takes the answers of POOL: the part of CONSUMER that it sees.
using settled_sink_actor = caf::typed_actor<caf::reacts_to<batch_settled>>;

/// Gives POOL the next batch of a lane (a partition), which has one at a time.
struct settle_batch {
  settled_sink_actor answer_to;
  /// Counts the assignments of partitions; results of older ones are dropped.
  std::uint64_t epoch = 0;
  domain::inbound_batch_ptr batch;
};

/// Gives CONSUMER the credit for one more batch: every record of this one is settled,
/// or it was dropped.
struct batch_settled {
  std::int32_t partition = -1;
  std::uint64_t epoch = 0;
  std::int64_t first_offset = -1;
  std::int64_t last_offset = -1;
  /// Its lane was lost or POOL drains: not all of it is settled.
  bool dropped = false;
  /// The last offset of a dropped batch up to which everything is settled all the
  /// same; -1 for none.
  std::int64_t settled_through = -1;
};

/// Tells POOL that a partition is no longer ours: what waits for it is dropped.
struct lane_revoked {
  std::int32_t partition = -1;
  std::uint64_t epoch = 0;
};

/// The CONSUMER actor interface. Owns the record source.
using consumer_actor = caf::typed_actor<
    // Serves the client once: takes records, hands out batches.
    caf::reacts_to<poll_now>,
    // Commits what is contiguous and settled.
    caf::reacts_to<batch_settled>,
    // Hands out nothing more. Answers when its batches are settled, their offsets
    // committed and the group left.
    caf::replies_to<drain>::with<drained>>;

/// Gives a WORKER records `begin` to `end` of a batch.
struct run_job {
  std::uint64_t job = 0;
  domain::inbound_batch_ptr batch;
  std::size_t begin = 0;
  std::size_t end = 0;
  /// Set when this process has tried it before and it failed by a value.
  bool repeated = false;
  /// Set when the one record is to be written off instead of settled.
  std::shared_ptr<const domain::dead_letter_reason> dead_letter;
};

/// Tells how far a job came. The WORKER is idle then.
struct job_done {
  std::size_t slot = 0;
  std::uint64_t job = 0;
  /// The first record that is not settled; the job's end, or an earlier one when
  /// the worker's turn was over or something failed.
  std::size_t next = 0;
  /// Why `next` could not be settled.
  caf::error error;
  /// No fault, but the e-mails' pace: when to go on with `next`.
  std::chrono::milliseconds wait{0};
};

/// POOL reminds itself of a job whose delay is over.
struct job_due {
  std::uint64_t job = 0;
};

/// POOL reminds itself to start a WORKER in place of a dead one.
struct replace_worker {
  std::size_t slot = 0;
};

/// POOL reminds itself to look for workers and lanes that are stuck.
struct watch_workers {};

/// The WORKER actor interface. Owns a database connection and clients of the services,
/// and blocks on them.
using worker_actor = caf::typed_actor<
    // Settles the records and sends `job_done` to POOL.
    caf::reacts_to<run_job>>;

/// The POOL actor interface. Supervises the WORKERs.
using pool_actor = caf::typed_actor<
    // Gives the batch to an idle worker; repeats it with growing delay when it fails,
    // halves it when a worker dies of it, writes off the record that remains.
    caf::reacts_to<settle_batch>,
    // Goes on with the rest of the batch, tries again, or answers `batch_settled`.
    caf::reacts_to<job_done>,
    // Drops what waits for the lane.
    caf::reacts_to<lane_revoked>,
    // Puts the job back into the queue.
    caf::reacts_to<job_due>,
    // Starts a worker with fresh ports.
    caf::reacts_to<replace_worker>,
    // Breaks off the calls of stuck workers, reports lanes that do not get on.
    caf::reacts_to<watch_workers>,
    // Drops what waits. Answers when no worker is busy.
    caf::replies_to<drain>::with<drained>,
    // Shows that POOL comes to its messages.
    caf::replies_to<take_pulse>::with<pulse>>;

} // namespace bankslip::actors
