#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <caf/error.hpp>
#include <caf/expected.hpp>

#include "domain/debt.hpp"
#include "domain/outbox.hpp"
#include "domain/records.hpp"
#include "domain/uploads.hpp"
#include "domain/validation.hpp"

/// PostgreSQL, the workers' side; see `domain/ports.hpp` for what holds for all ports.
namespace bankslip::domain {

/// First 64 bits of `idempotency_key`: names one attempt on one debt inside
/// intents. Two different attempts share one with a chance of 2^-64.
using fingerprint = std::uint64_t;

/// Asks for the note that is written before anything that must not be repeated blindly.
struct intent_request {
  std::int32_t partition = -1;
  std::int64_t first_offset = 0;
  std::int64_t last_offset = 0;
  /// Nothing may be started under the intent later than this after it began.
  std::chrono::milliseconds lease{30'000};
  /// Adds so many to the attempts of older intents that overlap: 0 when the
  /// same process repeats a batch that failed by a value, 1 otherwise.
  int counts_as_attempts = 1;
  /// It is not written with more attempts than these: a process that dies just
  /// then would leave the attempts of one row to all of a large range.
  int max_attempts = std::numeric_limits<int>::max();
  /// Ascending.
  std::vector<fingerprint> fingerprints;
};

/// The mail stage's lane of a partition. It has intents and counters of its own, beside
/// those of the partition's first lane, whose number is the partition's.
constexpr std::int32_t mail_lane(std::int32_t partition) noexcept { return -2 - partition; }

/// An intent in the database. Times are the database's.
struct intent {
  std::int64_t id = 0;
  std::int32_t partition = -1;
  std::int64_t first_offset = 0;
  std::int64_t last_offset = 0;
  /// `counts_as_attempts` + the most attempts of the older intents of this
  /// partition that overlap its offsets; at least 1.
  int attempts = 1;
  utc_time opened_at{};
  utc_time lease_until{};
  /// Ascending.
  std::vector<fingerprint> fingerprints;
};

/// The start of a wave's transaction.
struct transaction_start {
  /// The wave's intent; 0: there is none.
  std::int64_t intent_id = 0;
  std::int32_t partition = -1;
  /// Uploads that its records name.
  std::span<const std::int64_t> uploads;
};

/// How an upload stands to the records that name it.
struct upload_standing {
  /// It was opened for the store's topic, and not all of its rows have ended.
  bool counts = false;
  /// Rows of its file; no limit while they are not known.
  std::int64_t rows = std::numeric_limits<std::int64_t>::max();
  /// Last offset of the partition that was counted; -1: none.
  std::int64_t counted_through = -1;
};

/// Intents of others that may have begun e-mails, and the database's time of asking.
struct open_intents {
  utc_time now{};
  std::vector<intent> intents;
  /// Uploads whose e-mails are stopped.
  std::vector<std::int64_t> stopped{};
};

/// A row to insert.
struct new_row {
  const debt* content = nullptr;
  /// Empty: no slip yet.
  std::string_view linha_digitavel;
  std::string_view slip_details;
  bool propagated = false;
  /// `failed` or `in_doubt`; all other states follow from the columns.
  debt_status status = debt_status::emailed;
  std::string_view failure;
  origin from;
};

/// New state of a row that is there already and locked by this transaction.
struct row_update {
  std::string debt_id;
  debt_status status = debt_status::emailed;
  std::string linha_digitavel;
  std::string slip_details;
  /// Why it failed, is in doubt or was put off; empty clears it.
  std::string failure;
  int put_offs = 0;
  std::optional<utc_time> mail_tried_at;
  /// `generated`, and not to be mailed.
  bool held = false;
};

/// Changes to an upload's counters; may be negative after a retry.
struct upload_progress : upload_counters {
  std::int64_t upload_id = 0;
  /// Last offset of this upload in the batch; duplicates and conflicts up to
  /// the stored one were counted before. -1: leaves the stored one.
  std::int64_t counted_through = -1;
  /// Rows that came to an end without a slip.
  std::int64_t unslipped = 0;

  /// Adds the changes of the same upload by a later batch.
  void add(const upload_progress& later) noexcept {
    add_counters(later);
    unslipped += later.unslipped;
    counted_through = std::max(counted_through, later.counted_through);
  }
};

/// The end of a batch's transaction.
struct settlement {
  /// 0: nothing was started, there is no intent of ours to remove.
  std::int64_t intent_id = 0;
  std::int32_t partition = -1;
  std::int64_t last_offset = -1;
  std::vector<row_update> updates;
  std::vector<upload_progress> progress;
  /// Conflicts and unreadable messages, by upload.
  std::vector<std::pair<std::int64_t, row_problem>> problems;
  std::vector<outbox_entry> outbox;
  /// Debts whose new final states are told by events.
  std::vector<std::string> told{};
  /// The lane whose older intents are superseded besides those of `partition`; -1: none.
  std::int32_t also_supersedes = -1;
  /// Intents that name attempts are not superseded.
  bool spares_attempts = false;
  /// Tells the mail stage when the row at the lane's head was stored, or the last one of those
  /// that are settled now.
  std::optional<utc_time> head_at{};
  /// All records from here to `last_offset` are settled: no row of theirs is unfinished
  /// without knowing when its e-mail was tried. -1: that cannot be said.
  std::int64_t first_offset = -1;
};

/// Rows that are there already, each for one of the debts that were asked for.
struct found_debts {
  /// A final row with the same content, which is therefore not told.
  struct repetition {
    std::uint32_t asked = 0;
    origin from;
  };
  std::vector<repetition> same;
  /// All others.
  std::vector<stored_debt> rows;
  /// Which of the debts each of `rows` answers.
  std::vector<std::uint32_t> asked;

  void clear() noexcept {
    same.clear();
    rows.clear();
    asked.clear();
  }
};

/// Does a worker's part in the database, in this order: `find`?, `open_intent`,
/// `begin`, `copy` or `insert`, `lock`, `others_intents`, `settle`. After any error the transaction
/// is rolled back; after `database_unavailable` the next call connects anew.
class settlement_store {
public:
  virtual ~settlement_store() = default;

  /// Puts the rows with the ids of these debts into `out`, in any order, in place
  /// of what was there; outside a transaction. A final one with other content comes
  /// with content, status and origin only. The ids ascend.
  virtual caf::error find(std::span<const debt* const> debts, found_debts& out) = 0;

  /// Commits an intent and returns it with `id`, `attempts` and times set
  /// (without fingerprints); `id` 0 where it has too many attempts.
  virtual caf::expected<intent> open_intent(const intent_request& request) = 0;

  /// Removes an intent under which nothing was started.
  virtual caf::error drop_intent(std::int64_t id) = 0;

  /// Begins a transaction and locks the intent and the uploads' counters for this
  /// partition until its end. Returns the standing of each of `uploads`, in their
  /// order. `intent_lost` and roll back when the intent is gone or superseded.
  virtual caf::expected<std::vector<upload_standing>> begin(const transaction_start& start) = 0;

  /// Writes rows that are hoped to be new. `already_stored` when a key is
  /// taken: the transaction is rolled back. `rows` ascend by debt_id.
  virtual caf::error copy(std::span<const new_row> rows) = 0;

  /// Writes the rows whose keys are free and takes their locks; answers
  /// for each row whether it was written. `rows` ascend by debt_id.
  virtual caf::expected<std::vector<bool>> insert(std::span<const new_row> rows) = 0;

  /// Locks rows for update and reads them. `ids` ascend.
  virtual caf::expected<std::vector<stored_debt>> lock(std::span<const std::string_view> ids) = 0;

  /// Reads which uploads' e-mails are stopped; outside a transaction.
  virtual caf::expected<std::vector<std::int64_t>> stopped_uploads() = 0;

  /// Reads the intents but `own_id` whose transaction is not open, and which uploads' e-mails
  /// are stopped. Call it when the
  /// keys of all rows are locked: an open transaction has the keys of all e-mails
  /// that it may send, so its intent cannot be about these rows.
  virtual caf::expected<open_intents> others_intents(std::int64_t own_id) = 0;

  /// Changes rows already written by this transaction or locked by it, adds
  /// counters, problems, outbox entries and events; marks the uploads as done whose
  /// last row this is, and tells it, once each; removes the intent, when there is
  /// one (`intent_lost` and roll back unless exactly one was there); marks as
  /// superseded the older intents of the partition, and of `also_supersedes`, that end
  /// at or before `last_offset`; notes which part of them is settled anew; commits. A
  /// superseded intent counts for no attempts, but tells of e-mails until its lease has run
  /// out and all of its range was settled anew: whoever supersedes it may have lost the
  /// partition, and not have come to its rows.
  virtual caf::error settle(const settlement& s) = 0;

  virtual void rollback() = 0;

  /// Breaks a call in progress from another thread; the only method that may
  /// be called so. The call fails with `database_unavailable`.
  virtual void interrupt() noexcept = 0;
};

} // namespace bankslip::domain
