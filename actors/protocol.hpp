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

/// Every message and every actor interface of the system, on one page. Commands are
/// imperative (`publish_batch`), facts are past (`batch_published`). Errors are
/// `domain::errc`; each clause names those that its sender must expect.
namespace bankslip::actors {

// -- HTTP thread <-> PARSER -----------------------------------------------------

/// Brings the next block of an uploaded file. The bytes are shared, not copied.
struct upload_block {
  std::shared_ptr<const std::string> bytes;
};

/// Gives the sender of an `upload_block` the credit for the next one.
struct block_accepted {};

/// Says that the last block was sent.
struct finish_upload {};

/// Ends an upload whose client went away or sent rubbish. The rows that were published
/// are settled all the same.
struct abort_upload {
  std::string reason;
  domain::errc code = domain::errc::upload_aborted;
  /// Code of the upload's failure; empty: the name of `code`.
  std::string failure{};
};

/// PARSER reminds itself to look whether its sender is still there.
struct idle_due {};

/// One rejected row, as the client is told of it.
struct failed_row {
  std::int64_t row = -1;
  std::string debt_id;
  /// Column name as in the CSV header: "debtAmount".
  std::string field;
  std::string code;
  std::string error;
};

/// Reports an upload that came to its end: the broker has acknowledged every accepted
/// row, the database has the rejected ones.
struct upload_report {
  std::int64_t upload_id = 0;
  std::int64_t accepted = 0;
  std::int64_t rejected = 0;
  /// The first 1000 rejected rows, by row.
  std::vector<failed_row> failed_rows;
  /// Set when more rows were rejected than `failed_rows` holds.
  bool truncated = false;
};

/// The PARSER actor interface. One per upload: cuts rows, spawns CHUNKs, sums their
/// reports, ends itself.
using parser_actor = caf::typed_actor<
    // Takes the next block. The answer is the credit for one more and is withheld
    // while too many chunks are under way. Answers `invalid_input` for a wrong header,
    // `broker_unavailable` or `database_unavailable` once the upload has failed.
    caf::replies_to<upload_block>::with<block_accepted>,
    // Answers once every accepted row is acknowledged and the totals are stored; with
    // the errors of `upload_block`, and `upload_aborted` when its lease ran out.
    caf::replies_to<finish_upload>::with<upload_report>,
    // Stores the upload as aborted when its chunks have ended, then ends itself.
    caf::reacts_to<abort_upload>,
    // Aborts the upload when nothing came since the last look.
    caf::reacts_to<idle_due>>;

// -- HTTP thread <-> FRONT ------------------------------------------------------

/// Confirms that the database has it.
struct recorded {};

/// Asks for a new upload.
struct open_upload {
  /// The encoding of its text, as the client names it.
  domain::text_encoding encoding = domain::text_encoding::utf_8;
  /// The client's trace, for every row; empty for none.
  std::string trace{};
};

/// Names the upload and the PARSER that takes its blocks.
struct upload_opened {
  std::int64_t upload_id = 0;
  parser_actor parser;
};

/// Stores a single debt and sends it on its way.
struct create_debt {
  domain::debt content;
  /// Not together with others: they failed for one of them.
  bool alone = false;
  /// The client's trace; empty for none.
  std::string trace{};
};

/// Shows the debt as it is stored.
struct debt_created {
  domain::stored_debt stored;
  /// False when the id was known: `stored` is the debt that stands.
  bool created = false;
};

/// Asks for one debt.
struct find_debt {
  std::string debt_id;
};

/// Shows the debt that was asked for.
struct debt_found {
  domain::stored_debt stored;
};

/// Begins a failed debt anew.
struct retry_debt {
  std::string debt_id;
  /// Replaces the address; validated by the sender.
  std::optional<std::string> email;
  /// The client's trace; empty for none.
  std::string trace{};
};

/// Decides a debt that is in doubt.
struct resolve_debt {
  std::string debt_id;
  domain::person_decision decision = domain::person_decision::sent;
  /// The client's trace; empty for none.
  std::string trace{};
};

/// Confirms that a retried or resolved debt is on its way.
struct debt_revived {};

/// Asks for a page of uploads, the newest first.
struct list_uploads {
  int limit = 50;
  /// Leaves out ids from this one on; 0 begins with the newest.
  std::int64_t after = 0;
};

/// Shows the page that was asked for.
struct uploads_listed {
  std::vector<domain::upload_record> uploads;
};

/// Asks for one upload with its counters.
struct find_upload {
  std::int64_t upload_id = 0;
};

/// Shows the upload that was asked for.
struct upload_found {
  domain::upload_record upload;
};

/// Asks for the uploads with these ids and for the newest ones, answered as a page.
struct find_uploads {
  std::vector<std::int64_t> upload_ids;
  int newest = 0;
};

/// Asks for a page of the rows of an upload that did not go through.
struct list_problems {
  std::int64_t upload_id = 0;
  std::int64_t after_row = -1;
  int limit = 1000;
};

/// Shows the page that was asked for, by row.
struct problems_listed {
  std::vector<domain::row_problem> rows;
};

/// Asks for a page of what webhooks have told, or are to tell.
struct list_deliveries {
  domain::delivery_page page;
};

/// Shows the page that was asked for.
struct deliveries_listed {
  std::vector<domain::webhook_delivery> deliveries;
};

/// Tells an event again, whatever has become of it.
struct resend_delivery {
  std::int64_t id = 0;
};

/// Confirms that the event will be told again.
struct delivery_resent {};

/// Makes a call that tells nothing, at once.
struct test_webhook {};

/// Shows what the test call has come to.
struct webhook_tested {
  domain::webhook_answer answer;
};

/// The part of WEBHOOK that FRONT sees. Answers `not_found` for an unknown id and
/// `database_unavailable`.
using telling_actor = caf::typed_actor<caf::replies_to<list_deliveries>::with<deliveries_listed>,
                                       // The next round of tries begins at once.
                                       caf::replies_to<resend_delivery>::with<delivery_resent>,
                                       // Answers when the call has ended; `overloaded` while all
                                       // calls are under way.
                                       caf::replies_to<test_webhook>::with<webhook_tested>>;

/// Asks for a page of the debts that meet a filter.
struct list_debts {
  domain::debt_filter filter;
  int limit = 50;
  domain::list_position after;
};

/// Shows the page that was asked for.
struct debts_listed {
  domain::debt_page page;
};

/// Begins failed debts of an upload anew, a page of them.
struct retry_upload {
  std::int64_t upload_id = 0;
  int limit = 1000;
  domain::list_position after;
};

/// Tells how many there were on the page, and where the next one begins.
struct upload_retried {
  domain::retried_page page;
};

/// Stops or resumes the e-mails of an upload.
struct stop_mails {
  std::int64_t upload_id = 0;
  domain::mail_action action = domain::mail_action::pause;
};

/// Takes an idempotency key, or prolongs the hold on it; see `debt_store::claim_key`.
struct claim_key {
  domain::idempotency_name name;
  std::int64_t token = 0;
  std::chrono::milliseconds lease{0};
};

/// Tells what the key stands for.
struct key_claimed {
  domain::key_claim claim;
};

/// Keeps the answer under a key that is held, or frees the key.
struct settle_key {
  domain::idempotency_name name;
  std::int64_t token = 0;
  std::optional<domain::kept_answer> answer;
};

/// Stores what was changed through the API and adds up what the keys brought in.
struct record_changes {
  std::vector<domain::audit_entry> entries;
  /// The day on which `rows` came in.
  domain::date day{};
  /// A key stands here once; 0 rows only ask for the sum.
  std::vector<domain::key_rows> rows;
  /// It is not begun later: its sender would send it again.
  std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max();
};

/// Confirms that the changes are stored, with the day's sums of the keys asked for.
struct changes_recorded {
  std::vector<domain::key_rows> sums;
};

/// Stores a login on the page.
struct open_session {
  domain::session opened;
  std::chrono::seconds lifetime{};
};

/// Asks for the key that a login stands for.
struct find_session {
  domain::sha256_digest id{};
};

/// Shows the login that was asked for.
struct session_found {
  domain::session found;
};

/// Ends a login.
struct end_session {
  domain::sha256_digest id{};
};

/// Tells how far an upload is that is still being received.
struct upload_progressed {
  domain::upload_so_far upload;
};

/// The part of FRONT that a PARSER sees.
using upload_watcher_actor = caf::typed_actor<caf::reacts_to<upload_progressed>>;

/// FRONT reminds itself to renew the leases of open uploads.
struct lease_due {};

/// Tells an actor to take nothing more and to finish what is under way.
struct drain {};

/// Confirms that nothing is under way any more.
struct drained {};

/// Asks an actor for a sign of life.
struct take_pulse {};

/// The sign: the actor has a thread and comes to its messages.
struct pulse {};

/// The part of FRONT, POOL and SUPERVISOR that `app` watches: with them the scheduler
/// and the whole system lives.
using pulsing_actor = caf::typed_actor<caf::replies_to<take_pulse>::with<pulse>>;

/// Tells FRONT that the time to finish is over: open uploads are aborted.
struct abort_uploads {};

/// The FRONT actor interface: the door between HTTP and the system, but for FINDER.
using front_actor = caf::typed_actor<
    // Stores an upload as `receiving` and spawns its PARSER. Answers `overloaded`
    // beyond the cap on open uploads, `broker_unavailable` or `database_unavailable`
    // while one is away, `shutting_down` after a `drain`.
    caf::replies_to<open_upload>::with<upload_opened>,
    // Stores the debt; does not wait for its slip and its e-mail.
    caf::replies_to<create_debt>::with<debt_created>,
    // Answers `not_found`, or `wrong_state` for a debt that is not failed.
    caf::replies_to<retry_debt>::with<debt_revived>,
    // Answers `not_found`, or `wrong_state` for a debt that is not in doubt.
    caf::replies_to<resolve_debt>::with<debt_revived>,
    // Uploads that this process still receives show what they have so far.
    caf::replies_to<list_uploads>::with<uploads_listed>,
    // The same for one upload; `not_found`.
    caf::replies_to<find_upload>::with<upload_found>,
    // Answers with the upload as it is then; `not_found`, `wrong_state`.
    caf::replies_to<stop_mails>::with<upload_found>,
    // The same for many at once; leaves out those that are not there.
    caf::replies_to<find_uploads>::with<uploads_listed>,
    // Answers `not_found` for an unknown upload.
    caf::replies_to<list_problems>::with<problems_listed>,
    // Passes it on to WEBHOOK; `wrong_state` where no webhooks are told.
    caf::replies_to<list_deliveries>::with<deliveries_listed>,
    caf::replies_to<resend_delivery>::with<delivery_resent>,
    caf::replies_to<test_webhook>::with<webhook_tested>,
    // Answers `invalid_input` for a filter that no index serves.
    caf::replies_to<list_debts>::with<debts_listed>,
    caf::replies_to<retry_upload>::with<upload_retried>,
    caf::replies_to<claim_key>::with<key_claimed>,
    // Answers `wrong_state` when the key was lost.
    caf::replies_to<settle_key>::with<recorded>,
    // These are for ACCESS.
    caf::replies_to<record_changes>::with<changes_recorded>,
    caf::replies_to<open_session>::with<recorded>,
    caf::replies_to<find_session>::with<session_found>,
    caf::replies_to<end_session>::with<recorded>,
    // Notes how far a PARSER is.
    caf::reacts_to<upload_progressed>,
    // Renews the leases of open uploads.
    caf::reacts_to<lease_due>,
    // Refuses new uploads; answers when the open ones have ended.
    caf::replies_to<drain>::with<drained>,
    // Aborts the open ones.
    caf::reacts_to<abort_uploads>,
    // Shows that FRONT comes to its messages.
    caf::replies_to<take_pulse>::with<pulse>>;

// -- HTTP thread <-> FINDER -----------------------------------------------------

/// FINDER reminds itself to find what waits.
struct find_waiting {};

/// The FINDER actor interface. Owns a database connection and blocks on it. HTTP threads
/// ask it themselves: the most frequent question waits behind nothing else, and each thread
/// less that hands it on is a third of its cost.
using finder_actor = caf::typed_actor<
    // Waits for those in the mailbox behind it, which are found by the same statement.
    // Answers `not_found` for an unknown id, `database_unavailable` while PostgreSQL is away.
    caf::replies_to<find_debt>::with<debt_found>,
    // Finds the debts that were asked for before.
    caf::reacts_to<find_waiting>>;

// -- PARSER <-> CHUNK -----------------------------------------------------------

/// Gives rows of an upload to validate and publish.
struct parse_chunk {
  std::shared_ptr<const domain::csv_chunk> rows;
};

/// Reports a chunk: the broker has acknowledged its accepted rows, the database has the
/// rejected ones.
struct chunk_report {
  std::int64_t accepted = 0;
  std::int64_t rejected = 0;
  /// The first 1000 rejected rows, by row.
  std::vector<failed_row> failed_rows;
};

/// The CHUNK actor interface. Lives as long as its one request.
using chunk_actor = caf::typed_actor<
    // Answers when every row is either acknowledged or stored as rejected; with the
    // errors of PUBLISHER and STORE when one of them failed.
    caf::replies_to<parse_chunk>::with<chunk_report>>;

// -- CHUNK, STORE, RELAY <-> PUBLISHER ----------------------------------------

/// Publishes records.
struct publish_batch {
  domain::outbound_batch_ptr batch;
};

/// Confirms that the broker has acknowledged every record (acks=all).
struct batch_published {};

/// PUBLISHER and CONSUMER remind themselves to serve their client. Only the
/// newest reminder counts, so that a rest can be cut short.
struct poll_now {
  std::uint64_t round = 0;
};

/// The PUBLISHER actor interface. Owns the record sink.
using publisher_actor = caf::typed_actor<
    // Answers on the broker's acknowledgement; `broker_unavailable` after the publish
    // time-out, `overloaded` while too many batches wait, `shutting_down` after a
    // `drain`.
    caf::replies_to<publish_batch>::with<batch_published>,
    // Serves the client once: takes acknowledgements, hands on what waits.
    caf::reacts_to<poll_now>,
    // Answers when nothing is under way.
    caf::replies_to<drain>::with<drained>>;

// -- FRONT, PARSER, CHUNK <-> STORE POOL <-> STORE ------------------------------

/// Stores a new upload.
struct begin_upload {};

/// Names the new upload.
struct upload_begun {
  std::int64_t upload_id = 0;
};

/// Prolongs the leases of uploads that are still being received, and stores how far
/// they are.
struct renew_uploads {
  std::vector<domain::upload_so_far> uploads;
};

/// Stores that an upload was received, or aborted.
struct close_upload {
  std::int64_t upload_id = 0;
  domain::upload_totals totals;
  bool aborted = false;
};

/// Stores rejected rows of an upload.
struct record_problems {
  std::int64_t upload_id = 0;
  domain::file_form form;
  std::vector<domain::row_problem> rows;
};

/// Stores and reads debts and uploads. The requests that FRONT passes on are answered
/// with the errors that stand there; all of them with `database_unavailable` while
/// PostgreSQL is away.
using storing_actor = caf::typed_actor<caf::replies_to<create_debt>::with<debt_created>,
                                       caf::replies_to<retry_debt>::with<debt_revived>,
                                       caf::replies_to<resolve_debt>::with<debt_revived>,
                                       caf::replies_to<list_uploads>::with<uploads_listed>,
                                       caf::replies_to<find_upload>::with<upload_found>,
                                       caf::replies_to<stop_mails>::with<upload_found>,
                                       caf::replies_to<find_uploads>::with<uploads_listed>,
                                       caf::replies_to<list_problems>::with<problems_listed>,
                                       caf::replies_to<list_debts>::with<debts_listed>,
                                       caf::replies_to<retry_upload>::with<upload_retried>,
                                       caf::replies_to<claim_key>::with<key_claimed>,
                                       caf::replies_to<settle_key>::with<recorded>,
                                       // Stores the upload as `receiving`, with a lease.
                                       caf::replies_to<begin_upload>::with<upload_begun>,
                                       // Leaves out uploads that have ended.
                                       caf::replies_to<renew_uploads>::with<recorded>,
                                       // The state becomes `processing` or `aborted`; `wrong_state`
                                       // when the lease ran out before.
                                       caf::replies_to<close_upload>::with<recorded>,
                                       caf::replies_to<record_problems>::with<recorded>>;

/// Says that a STORE has done everything that it was given before.
struct store_idle {
  std::size_t slot = 0;
};

/// The STORE POOL actor interface. Gives each request to an idle STORE, the oldest
/// first. Debts to create that wait go together: a blocked STORE holds up its own group
/// only. Answers `overloaded` when too many wait, or one has waited too long.
using store_pool_actor = storing_actor::extend<caf::reacts_to<store_idle>>;

/// Ends what a STORE is given at a time.
struct end_group {
  store_pool_actor from;
  std::size_t slot = 0;
};

/// STORE reminds itself to remove outbox entries of published debts.
struct clear_outbox {};

/// The STORE actor interface. Owns a database connection and blocks on it.
using store_actor = storing_actor::extend<
    // Creates in one statement the debts that came before, and sends `store_idle`. When
    // several cannot be created together, they go back to STORE POOL, to be created alone.
    caf::reacts_to<end_group>,
    // Removes the entries that no later `create_debt` has taken along.
    caf::reacts_to<clear_outbox>>;

// -- FRONT -> ACCESS ------------------------------------------------------------

/// The ACCESS actor interface. Owns a database connection of its own, so that the audit
/// holds up no debt; blocks on it. All answer `database_unavailable` while PostgreSQL is
/// away.
using access_actor = caf::typed_actor<caf::replies_to<record_changes>::with<changes_recorded>,
                                      caf::replies_to<open_session>::with<recorded>,
                                      // Answers `not_found` for one that has ended.
                                      caf::replies_to<find_session>::with<session_found>,
                                      caf::replies_to<end_session>::with<recorded>>;

// -- RELAY ----------------------------------------------------------------------

/// RELAY reminds itself to look into the outbox.
struct relay_outbox {};

/// The RELAY actor interface.
using outbox_relay_actor = caf::typed_actor<
    // Publishes the outbox entries that are due and removes those that the broker has
    // acknowledged; aborts uploads whose lease ran out.
    caf::reacts_to<relay_outbox>>;

// -- WEBHOOK --------------------------------------------------------------------

/// Tells WEBHOOK that the tables are there.
struct start_webhooks {};

/// WEBHOOK reminds itself to look for events and answers. Only the newest reminder counts.
struct deliver_webhooks {
  std::uint64_t round = 0;
};

/// The WEBHOOK actor interface. Tells events to an endpoint.
using webhook_actor = telling_actor::extend<
    // Begins to deliver.
    caf::reacts_to<start_webhooks>,
    // Claims what is due, calls, and stores what the calls have come to.
    caf::reacts_to<deliver_webhooks>>;

// -- CONSUMER <-> POOL <-> WORKER ---------------------------------------------------

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

// -- RETENTION ----------------------------------------------------------------------

/// RETENTION reminds itself to look for rows that are older than they are kept.
struct remove_old_rows {};

/// The RETENTION actor interface.
using retention_actor = caf::typed_actor<
    // Removes some of them, and looks again later.
    caf::reacts_to<remove_old_rows>>;

// -- SUPERVISOR ---------------------------------------------------------------------

/// Names a child that SUPERVISOR starts and watches.
enum class supervised : std::uint8_t { publisher, consumer, mail_consumer };

/// SUPERVISOR reminds itself to start a child again; from `app`: to start a CONSUMER.
struct restart_child {
  supervised child = supervised::consumer;
};

/// The SUPERVISOR actor interface. Starts PUBLISHER and the CONSUMERs anew with fresh clients
/// when they die, and gives the process up when that does not help.
using supervisor_actor = caf::typed_actor<
    // Passes the batch on to the living PUBLISHER; `broker_unavailable` between two.
    caf::replies_to<publish_batch>::with<batch_published>,
    // Starts the child, unless a `drain` came.
    caf::reacts_to<restart_child>,
    // Drains the CONSUMERs, then PUBLISHER.
    caf::replies_to<drain>::with<drained>,
    // Shows that SUPERVISOR comes to its messages.
    caf::replies_to<take_pulse>::with<pulse>>;

/// The part of SUPERVISOR, or of PUBLISHER, that publishing actors see.
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
  X(find_waiting)                                                                                  \
  X(retry_debt)                                                                                    \
  X(resolve_debt)                                                                                  \
  X(debt_revived)                                                                                  \
  X(list_uploads)                                                                                  \
  X(uploads_listed)                                                                                \
  X(upload_progressed)                                                                             \
  X(list_deliveries)                                                                               \
  X(deliveries_listed)                                                                             \
  X(resend_delivery)                                                                               \
  X(delivery_resent)                                                                               \
  X(test_webhook)                                                                                  \
  X(webhook_tested)                                                                                \
  X(start_webhooks)                                                                                \
  X(deliver_webhooks)                                                                              \
  X(record_changes)                                                                                \
  X(changes_recorded)                                                                              \
  X(open_session)                                                                                  \
  X(find_session)                                                                                  \
  X(session_found)                                                                                 \
  X(end_session)                                                                                   \
  X(find_upload)                                                                                   \
  X(upload_found)                                                                                  \
  X(stop_mails)                                                                                    \
  X(find_uploads)                                                                                  \
  X(list_problems)                                                                                 \
  X(problems_listed)                                                                               \
  X(list_debts)                                                                                    \
  X(debts_listed)                                                                                  \
  X(retry_upload)                                                                                  \
  X(upload_retried)                                                                                \
  X(claim_key)                                                                                     \
  X(key_claimed)                                                                                   \
  X(settle_key)                                                                                    \
  X(parse_chunk)                                                                                   \
  X(chunk_report)                                                                                  \
  X(publish_batch)                                                                                 \
  X(batch_published)                                                                               \
  X(poll_now)                                                                                      \
  X(drain)                                                                                         \
  X(drained)                                                                                       \
  X(take_pulse)                                                                                    \
  X(pulse)                                                                                         \
  X(begin_upload)                                                                                  \
  X(upload_begun)                                                                                  \
  X(renew_uploads)                                                                                 \
  X(close_upload)                                                                                  \
  X(record_problems)                                                                               \
  X(recorded)                                                                                      \
  X(store_idle)                                                                                    \
  X(end_group)                                                                                     \
  X(clear_outbox)                                                                                  \
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
  X(remove_old_rows)                                                                               \
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
