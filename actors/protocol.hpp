#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

#include "domain/csv/row_cutter.hpp"
#include "domain/debt.hpp"
#include "domain/error.hpp"
#include "domain/ports.hpp"
#include "domain/records.hpp"
#include "domain/settlement/settler.hpp"
#include "domain/text/encoding.hpp"
#include "domain/uploads.hpp"
#include "domain/validation.hpp"

/// Every message and every handle of the system, on one page. All errors are
/// `domain::errc`.
namespace bankslip::actors {

// -- HTTP thread <-> PARSER -----------------------------------------------------

/// The next piece of an uploaded file. Shared, not copied.
struct upload_block {
  std::shared_ptr<const std::string> bytes;
};

/// Credit: the sender of an `upload_block` may send the next one.
struct block_accepted {};

/// The last byte was sent.
struct finish_upload {};

/// The client went away or sent rubbish; what was published is settled.
struct abort_upload {
  std::string reason;
  domain::errc code = domain::errc::upload_aborted;
};

/// PARSER reminds itself to look whether its sender is still there.
struct idle_due {};

/// A rejected row, as the client sees it.
struct failed_row {
  std::int64_t row = -1;
  std::string debt_id;
  /// Column name as in the CSV header: "debtAmount".
  std::string field;
  std::string code;
  std::string error;
};

/// The end of an upload: the broker has acknowledged every accepted row.
struct upload_report {
  std::int64_t upload_id = 0;
  std::int64_t accepted = 0;
  std::int64_t rejected = 0;
  /// The first 1000 rejected rows, by row.
  std::vector<failed_row> failed_rows;
  /// More rows were rejected than `failed_rows` holds.
  bool truncated = false;
};

/// PARSER: one per upload. Cuts rows, spawns CHUNKs, sums their reports.
using parser_actor = caf::typed_actor<
    // Takes the next piece of the file. The answer is the credit for one more;
    // it is withheld while too many chunks are under way. `invalid_input`: wrong
    // header. `broker_unavailable`, `database_unavailable`: the upload has failed.
    caf::replies_to<upload_block>::with<block_accepted>,
    // Answers once the broker has acknowledged every accepted row.
    caf::replies_to<finish_upload>::with<upload_report>,
    // Ends the upload as aborted. The parser dies when its chunks have.
    caf::reacts_to<abort_upload>, caf::reacts_to<idle_due>>;

// -- HTTP thread <-> FRONT ------------------------------------------------------

struct open_upload {
  domain::text_encoding encoding = domain::text_encoding::utf_8;
};

struct upload_opened {
  std::int64_t upload_id = 0;
  parser_actor parser;
};

struct create_debt {
  domain::debt content;
};

struct debt_created {
  domain::stored_debt stored;
  /// False: the id was known; `stored` is the one that stands.
  bool created = false;
};

struct find_debt {
  std::string debt_id;
};

struct debt_found {
  domain::stored_debt stored;
};

struct retry_debt {
  std::string debt_id;
  /// Corrected address; validated.
  std::optional<std::string> email;
};

struct resolve_debt {
  std::string debt_id;
  domain::person_decision decision = domain::person_decision::sent;
};

/// A retry or resolve is on its way.
struct debt_revived {};

struct list_uploads {
  int limit = 50;
  /// Uploads with lower ids only; 0 = from the newest.
  std::int64_t after = 0;
};

struct uploads_listed {
  std::vector<domain::upload_record> uploads;
};

struct find_upload {
  std::int64_t upload_id = 0;
};

struct upload_found {
  domain::upload_record upload;
};

struct list_problems {
  std::int64_t upload_id = 0;
  std::int64_t after_row = -1;
  int limit = 1000;
};

struct problems_listed {
  std::vector<domain::row_problem> rows;
};

/// How far an upload is that is still being received.
struct upload_progressed {
  std::int64_t upload_id = 0;
  domain::upload_totals totals;
};

/// FRONT, as a PARSER tells it how far it is.
using upload_watcher_actor = caf::typed_actor<caf::reacts_to<upload_progressed>>;

/// FRONT reminds itself to renew the leases of open uploads.
struct lease_due {};

/// Stop: take nothing more, finish what is under way.
struct drain {};
struct drained {};

/// The time to finish is over: FRONT ends open uploads.
struct abort_uploads {};

/// FRONT, the HTTP actor: the one door between HTTP and the system.
using front_actor = caf::typed_actor<
    // Spawns a PARSER. `overloaded` beyond the cap on open uploads,
    // `broker_unavailable` or `database_unavailable` while one is away,
    // `shutting_down`.
    caf::replies_to<open_upload>::with<upload_opened>,
    // Stores the debt and sends it on its way; does not wait for slip and mail.
    caf::replies_to<create_debt>::with<debt_created>,
    // `not_found`.
    caf::replies_to<find_debt>::with<debt_found>,
    // `not_found`, `wrong_state` (not failed).
    caf::replies_to<retry_debt>::with<debt_revived>,
    // `not_found`, `wrong_state` (not in_doubt).
    caf::replies_to<resolve_debt>::with<debt_revived>,
    // Newest first. Those that this process still receives show what they have so far.
    caf::replies_to<list_uploads>::with<uploads_listed>,
    // `not_found`. Shows what it has so far, while this process receives it.
    caf::replies_to<find_upload>::with<upload_found>,
    // By row. `not_found`.
    caf::replies_to<list_problems>::with<problems_listed>,
    // From a PARSER.
    caf::reacts_to<upload_progressed>, caf::reacts_to<lease_due>,
    // Refuses new uploads; answers when the open ones have ended.
    caf::replies_to<drain>::with<drained>, caf::reacts_to<abort_uploads>>;

// -- PARSER <-> CHUNK -----------------------------------------------------------

/// Rows of an upload to validate and publish.
struct parse_chunk {
  std::shared_ptr<const domain::csv_chunk> rows;
};

/// The broker has acknowledged the accepted rows; the rejected ones are stored.
struct chunk_report {
  std::int64_t accepted = 0;
  std::int64_t rejected = 0;
  /// The first 1000 of them, by row.
  std::vector<failed_row> failed_rows;
};

/// CHUNK: one per some rows of an upload; lives as long as its one request.
using chunk_actor = caf::typed_actor<
    // Answers when every row is either acknowledged or stored as rejected.
    caf::replies_to<parse_chunk>::with<chunk_report>>;

// -- CHUNK, STORE, RELAY <-> PUBLISHER ----------------------------------------

/// Records to publish.
struct publish_batch {
  domain::outbound_batch_ptr batch;
};

/// The broker has acknowledged every record (acks=all).
struct batch_published {};

/// PUBLISHER and CONSUMER remind themselves to serve their client. Only the
/// newest reminder counts, so that a rest can be cut short.
struct poll_now {
  std::uint64_t round = 0;
};

/// PUBLISHER: owns the record sink.
using publisher_actor = caf::typed_actor<
    // Answers on the broker's acknowledgement. `broker_unavailable` after the
    // publish time-out; `overloaded` while too many batches wait.
    caf::replies_to<publish_batch>::with<batch_published>,
    // Serves acknowledgements.
    caf::reacts_to<poll_now>,
    // Answers when nothing is under way.
    caf::replies_to<drain>::with<drained>>;

// -- FRONT, PARSER, CHUNK <-> STORE POOL <-> STORE -----------------------------------------------

struct begin_upload {};

struct upload_begun {
  std::int64_t upload_id = 0;
};

struct renew_uploads {
  std::vector<std::int64_t> upload_ids;
};

/// The end of an upload's reception.
struct close_upload {
  std::int64_t upload_id = 0;
  domain::upload_totals totals;
  bool aborted = false;
};

struct record_problems {
  std::int64_t upload_id = 0;
  std::vector<domain::row_problem> rows;
};

/// The database has it.
struct recorded {};

/// Stores and reads debts and uploads; answers every request like FRONT, to which
/// it is the back office. `database_unavailable` while PostgreSQL is away.
using storing_actor =
    caf::typed_actor<caf::replies_to<create_debt>::with<debt_created>,
                     caf::replies_to<find_debt>::with<debt_found>,
                     caf::replies_to<retry_debt>::with<debt_revived>,
                     caf::replies_to<resolve_debt>::with<debt_revived>,
                     caf::replies_to<list_uploads>::with<uploads_listed>,
                     caf::replies_to<find_upload>::with<upload_found>,
                     caf::replies_to<list_problems>::with<problems_listed>,
                     // Stores the upload as `receiving`, with a lease.
                     caf::replies_to<begin_upload>::with<upload_begun>,
                     // Prolongs the leases.
                     caf::replies_to<renew_uploads>::with<recorded>,
                     // Stores the totals; the state becomes `processing` or `aborted`.
                     caf::replies_to<close_upload>::with<recorded>,
                     // Stores rejected rows.
                     caf::replies_to<record_problems>::with<recorded>>;

/// A STORE has done everything that it was given before.
struct store_idle {
  std::size_t slot = 0;
};

/// Where a STORE says that it is idle.
using store_idle_sink_actor = caf::typed_actor<caf::reacts_to<store_idle>>;

/// Asks a STORE to say when it comes to this message: it is idle then.
struct report_idle {
  store_idle_sink_actor to;
  std::size_t slot = 0;
};

/// STORE: owns a database connection and blocks on it; one request at a time.
using store_actor = storing_actor::extend<caf::reacts_to<report_idle>>;

/// STORE POOL: gives each request to an idle STORE, the oldest first, so that a
/// blocked one holds up nobody. `overloaded` when too many wait.
using store_pool_actor = storing_actor::extend<caf::reacts_to<store_idle>>;

// -- RELAY ----------------------------------------------------------------------

/// Look for what is left in the outbox.
struct relay_outbox {};

/// RELAY: publishes what the outbox holds and nobody has published; expires
/// uploads whose process died.
using outbox_relay_actor = caf::typed_actor<caf::reacts_to<relay_outbox>>;

// -- CONSUMER <-> POOL <-> WORKER ---------------------------------------------------

struct batch_settled;

/// Where POOL's answers go.
using settled_sink_actor = caf::typed_actor<caf::reacts_to<batch_settled>>;

/// A lane's next batch. A lane (partition) has one at a time.
struct settle_batch {
  settled_sink_actor answer_to;
  /// Counts the assignments of partitions; results of older ones are dropped.
  std::uint64_t epoch = 0;
  domain::inbound_batch_ptr batch;
};

/// Credit for one more batch: every record of this one is settled, or its lane
/// was lost and it was dropped.
struct batch_settled {
  std::int32_t partition = -1;
  std::uint64_t epoch = 0;
  std::int64_t first_offset = -1;
  std::int64_t last_offset = -1;
  bool dropped = false;
  /// Of a dropped one: the last offset below which everything is settled all the
  /// same; -1: none.
  std::int64_t settled_through = -1;
};

/// The partition is no longer ours: forget what waits for it.
struct lane_revoked {
  std::int32_t partition = -1;
  std::uint64_t epoch = 0;
};

/// CONSUMER: owns the record source.
using consumer_actor = caf::typed_actor<
    // Takes records, hands out batches.
    caf::reacts_to<poll_now>,
    // Commits what is contiguous and settled.
    caf::reacts_to<batch_settled>,
    // Hands out nothing more; answers when its batches are settled, their offsets
    // committed and the group left.
    caf::replies_to<drain>::with<drained>>;

/// One run of a worker.
struct run_job {
  std::uint64_t job = 0;
  domain::inbound_batch_ptr batch;
  std::size_t begin = 0;
  std::size_t end = 0;
  /// Tried before in this process, failed by a value.
  bool repeated = false;
  /// Write off the one record instead of settling it.
  std::shared_ptr<const domain::dead_letter_reason> dead_letter;
};

/// How it ended.
struct job_done {
  std::size_t slot = 0;
  std::uint64_t job = 0;
  /// The first record that is not settled; the job's end, or an earlier one when
  /// the worker's turn was over or something failed.
  std::size_t next = 0;
  /// Why `next` could not be settled.
  caf::error error;
};

/// A job's delay is over.
struct job_due {
  std::uint64_t job = 0;
};

/// A dead worker's place may be filled again.
struct replace_worker {
  std::size_t slot = 0;
};

/// POOL reminds itself to look for workers and lanes that are stuck.
struct watch_workers {};

/// WORKER: one job at a time, blocking; owns its database connection and its
/// service clients.
using worker_actor = caf::typed_actor<caf::reacts_to<run_job>>;

/// POOL: supervises the WORKERs.
using pool_actor = caf::typed_actor<
    // Gives the batch to an idle worker; repeats, halves and dead-letters as needed.
    caf::reacts_to<settle_batch>,
    // From a WORKER, which is idle now.
    caf::reacts_to<job_done>, caf::reacts_to<lane_revoked>, caf::reacts_to<job_due>,
    caf::reacts_to<replace_worker>, caf::reacts_to<watch_workers>,
    // Answers when no worker is busy; what waits is dropped.
    caf::replies_to<drain>::with<drained>>;

// -- SUPERVISOR ---------------------------------------------------------------------

/// A dead child may be started again.
struct restart_child {
  bool publisher = false;
};

/// SUPERVISOR: starts PUBLISHER and CONSUMER anew with fresh clients when they
/// die; gives the process up when that does not help.
using supervisor_actor = caf::typed_actor<
    // Passed on to the living PUBLISHER. `broker_unavailable` between two.
    caf::replies_to<publish_batch>::with<batch_published>, caf::reacts_to<restart_child>,
    // Drains CONSUMER, then PUBLISHER.
    caf::replies_to<drain>::with<drained>>;

/// What publishes for an actor that does not care who does it.
using publishing_actor = caf::typed_actor<caf::replies_to<publish_batch>::with<batch_published>>;

} // namespace bankslip::actors

#define BANKSLIP_ACTOR_MESSAGES(X)                                                                 \
  X(upload_block)                                                                                  \
  X(block_accepted)                                                                                \
  X(finish_upload)                                                                                 \
  X(abort_upload)                                                                                  \
  X(idle_due)                                                                                      \
  X(upload_report)                                                                                 \
  X(open_upload)                                                                                   \
  X(upload_opened)                                                                                 \
  X(create_debt)                                                                                   \
  X(debt_created)                                                                                  \
  X(find_debt)                                                                                     \
  X(debt_found)                                                                                    \
  X(retry_debt)                                                                                    \
  X(resolve_debt)                                                                                  \
  X(debt_revived)                                                                                  \
  X(list_uploads)                                                                                  \
  X(uploads_listed)                                                                                \
  X(upload_progressed)                                                                             \
  X(find_upload)                                                                                   \
  X(upload_found)                                                                                  \
  X(list_problems)                                                                                 \
  X(problems_listed)                                                                               \
  X(parse_chunk)                                                                                   \
  X(chunk_report)                                                                                  \
  X(publish_batch)                                                                                 \
  X(batch_published)                                                                               \
  X(poll_now)                                                                                      \
  X(drain)                                                                                         \
  X(drained)                                                                                       \
  X(begin_upload)                                                                                  \
  X(upload_begun)                                                                                  \
  X(renew_uploads)                                                                                 \
  X(close_upload)                                                                                  \
  X(record_problems)                                                                               \
  X(recorded)                                                                                      \
  X(store_idle)                                                                                    \
  X(report_idle)                                                                                   \
  X(relay_outbox)                                                                                  \
  X(settle_batch)                                                                                  \
  X(batch_settled)                                                                                 \
  X(lane_revoked)                                                                                  \
  X(run_job)                                                                                       \
  X(job_done)                                                                                      \
  X(job_due)                                                                                       \
  X(replace_worker)                                                                                \
  X(watch_workers)                                                                                 \
  X(abort_uploads)                                                                                 \
  X(lease_due)                                                                                     \
  X(restart_child)

// Messages never leave the process: they need a type id, not a wire format.
CAF_BEGIN_TYPE_ID_BLOCK(bankslip, 1000)
#define BANKSLIP_MESSAGE_ID(name) CAF_ADD_TYPE_ID(bankslip, (bankslip::actors::name))
BANKSLIP_ACTOR_MESSAGES(BANKSLIP_MESSAGE_ID)
#undef BANKSLIP_MESSAGE_ID
CAF_END_TYPE_ID_BLOCK(bankslip)

#define BANKSLIP_MESSAGE_LOCAL(name) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bankslip::actors::name)
BANKSLIP_ACTOR_MESSAGES(BANKSLIP_MESSAGE_LOCAL)
#undef BANKSLIP_MESSAGE_LOCAL
