#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <caf/error.hpp>
#include <caf/expected.hpp>

#include "domain/debt.hpp"
#include "domain/error.hpp"
#include "domain/records.hpp"
#include "domain/uploads.hpp"
#include "domain/validation.hpp"

/// The ports: what the business needs of the world outside. Every port object
/// belongs to one thread at a time; none calls back from a thread of its own.
/// Failures are values (`errc`); an implementation never throws out of a port.
namespace bankslip::domain {

// -- Kafka --------------------------------------------------------------------

/// JSON form of a debt on the topic.
class debt_codec {
public:
  virtual ~debt_codec() = default;
  /// Appends one JSON object, fields in the order name, government_id, email,
  /// debt_amount, debt_due_date, debt_id.
  virtual void encode(const debt& d, std::string& out) const = 0;
  /// Reads and validates one object. `invalid_input` names field and reason.
  virtual caf::error decode(std::string_view json, debt& out) const = 0;
};

/// Names a batch given to a `record_sink`.
struct publish_token {
  std::uint64_t value = 0;
  friend auto operator<=>(const publish_token&, const publish_token&) = default;
};

/// Outcome of one batch: no error means that the broker has acknowledged
/// every record of it (acks=all).
struct publish_result {
  publish_token token;
  caf::error error;
};

/// Where records go: a Kafka producer.
class record_sink {
public:
  virtual ~record_sink() = default;
  /// Whether `publish` takes another batch now. False while the client's
  /// queue is full: call `poll` and ask again.
  virtual bool ready() const = 0;
  /// Takes a batch; its outcome comes from `poll`.
  virtual void publish(publish_token token, outbound_batch_ptr batch) = 0;
  /// Serves acknowledgements, waiting at most `max_wait` for the first.
  virtual std::vector<publish_result> poll(std::chrono::milliseconds max_wait) = 0;
  /// Batches taken and not yet answered.
  virtual std::size_t in_flight() const = 0;
  /// Set once this client can never publish again. Make a new one and give it
  /// what `take_unfinished` returns.
  virtual caf::error fatal() const = 0;
  /// The records that were not acknowledged, by token; the sink forgets them.
  virtual std::vector<std::pair<publish_token, outbound_batch_ptr>> take_unfinished() = 0;
  /// Whether a broker connection is up, as far as the client knows.
  virtual bool connected() const = 0;
};

/// Receives what `record_source::poll` has found, inside that call.
class source_visitor {
public:
  virtual ~source_visitor() = default;
  /// These partitions are ours from now on.
  virtual void on_assigned(std::span<const std::int32_t> partitions) = 0;
  /// These are no longer ours; results for them must be dropped.
  virtual void on_revoked(std::span<const std::int32_t> partitions) = 0;
  /// Headers that other producers gave to the next `on_record`: all but
  /// upload_id, row and stored. Only called where there are some.
  virtual void on_foreign_headers(std::vector<record_header> headers) {
    static_cast<void>(headers);
  }
  /// One record, valid during the call. By rising offset in a partition.
  virtual void on_record(std::int32_t partition, std::int64_t offset, std::string_view key,
                         std::string_view value, origin from, bool stored) = 0;
};

/// Where records come from: a member of a Kafka consumer group.
class record_source {
public:
  virtual ~record_source() = default;
  /// Waits at most `max_wait` for the first event, then takes what is there,
  /// at most `max_records`. Errors: `broker_unavailable` (goes on by itself),
  /// `client_fatal` (make a new source). Must be called at least every few
  /// seconds, paused or not.
  virtual caf::error poll(std::chrono::milliseconds max_wait, std::size_t max_records,
                          source_visitor& visitor) = 0;
  /// Everything below `next_offset` of `partition` is settled. Sent to the
  /// broker soon; at the latest when the partition is revoked or at `close`.
  virtual void commit(std::int32_t partition, std::int64_t next_offset) = 0;
  /// Whether records of a partition are handed out; what was fetched ahead is
  /// kept. Cheap.
  virtual void pause(std::int32_t partition) = 0;
  virtual void resume(std::int32_t partition) = 0;
  /// Records between the committed offset and the end of each partition of
  /// ours, from the client's cached watermarks.
  virtual std::vector<std::pair<std::int32_t, std::int64_t>> lag() = 0;
  virtual bool connected() const = 0;
  /// Commits, leaves the group. Bounded in time.
  virtual void close() = 0;
};

// -- services -----------------------------------------------------------------

/// A slip as a boleto service gives it.
struct slip {
  /// 47 digits.
  std::string linha_digitavel;
  /// JSON object with what the line does not say (nosso_numero, pix, pdf_url);
  /// empty for the built-in service, whose slips are functions of the debt.
  std::string details;
};

enum class slip_result : std::uint8_t {
  made,
  /// The service refuses this debt for good.
  refused,
  /// No answer now; the same call may be made again.
  unavailable,
};

struct slip_outcome {
  slip_result result = slip_result::unavailable;
  slip made;
  /// Why not; empty when made.
  std::string reason;
};

/// Makes slips. The same debt gives the same slip for ever: the call may be
/// repeated, its key is the debt_id.
class boleto_service {
public:
  virtual ~boleto_service() = default;
  /// One outcome for each debt, in order. Calls that were not made by
  /// `deadline` are `unavailable`.
  virtual std::vector<slip_outcome> make_slips(std::span<const debt* const> debts,
                                               std::chrono::steady_clock::time_point deadline) = 0;
  /// Whether a call costs nothing and cannot fail (built-in).
  virtual bool is_local() const = 0;
  /// Time until the circuit breaker lets calls through; zero when closed.
  virtual std::chrono::milliseconds paused_for() const = 0;
};

/// One e-mail to send.
struct email_job {
  const debt* content = nullptr;
  std::string_view linha_digitavel;
  /// JSON of `slip::details`; may be empty.
  std::string_view slip_details;
  int attempt = 1;
};

enum class email_result : std::uint8_t {
  /// The service has taken it.
  sent,
  /// Refused for good (no such address …).
  refused,
  /// Certainly not sent; may be sent later.
  not_sent,
  /// May have been sent: the answer is missing.
  unknown,
};

struct email_outcome {
  email_result result = email_result::not_sent;
  /// Why not; empty when sent.
  std::string reason;
};

/// Sends e-mails. The key of a call is `idempotency_key(debt_id, attempt)`.
class email_service {
public:
  virtual ~email_service() = default;
  /// One outcome for each job, in order. No call is started after `deadline`.
  virtual std::vector<email_outcome> send(std::span<const email_job> jobs,
                                          std::chrono::steady_clock::time_point deadline) = 0;
  /// How long the provider remembers a key; zero: it has no such keys.
  virtual std::chrono::seconds idempotency_window() const = 0;
  /// Most e-mails that may be under way unrecorded (small for SMTP).
  virtual std::size_t max_wave() const = 0;
  /// Time until the circuit breaker lets calls through; zero when closed.
  virtual std::chrono::milliseconds paused_for() const = 0;
};

// -- PostgreSQL, the workers' side ----------------------------------------------

/// First 64 bits of `idempotency_key`: names one attempt on one debt inside
/// intents. Two different attempts share one with a chance of 2^-64.
using fingerprint = std::uint64_t;

/// What is written before anything that must not be repeated blindly.
struct intent_request {
  std::int32_t partition = -1;
  std::int64_t first_offset = 0;
  std::int64_t last_offset = 0;
  /// Nothing may be started under the intent later than this after it began.
  std::chrono::milliseconds lease{30'000};
  /// What this adds to the attempts of older intents that overlap: 0 when the
  /// same process repeats a batch that failed by a value, 1 otherwise.
  int counts_as_attempts = 1;
  /// Of more attempts than these it is not written: a process that dies just
  /// then would leave the attempts of one row to all of a large range.
  int max_attempts = std::numeric_limits<int>::max();
  /// Ascending.
  std::vector<fingerprint> fingerprints;
};

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

/// The unsettled intents of others, and the database's time of asking.
struct open_intents {
  utc_time now{};
  std::vector<intent> intents;
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
  std::string failure;
  int put_offs = 0;
  std::optional<utc_time> mail_tried_at;
};

/// Changes to an upload's counters; may be negative after a retry.
struct upload_progress {
  std::int64_t upload_id = 0;
  std::int64_t generated = 0;
  std::int64_t emailed = 0;
  std::int64_t duplicates = 0;
  std::int64_t conflicts = 0;
  std::int64_t failed = 0;
  std::int64_t in_doubt = 0;
  /// Last offset of this upload in the batch; duplicates and conflicts up to
  /// the stored one were counted before. -1: leaves the stored one.
  std::int64_t counted_through = -1;
};

enum class outbox_kind : std::uint8_t {
  /// Publish the stored row again (header `stored: 1`).
  process,
  /// Publish `value` on the dead-letter topic.
  dead_letter,
};

/// A record that must be published because of what a transaction wrote.
struct outbox_entry {
  std::int64_t id = 0;
  outbox_kind kind = outbox_kind::process;
  std::string key;
  /// The message as it was (dead letters); empty for `process`.
  std::string value;
  std::vector<record_header> headers;
  /// Not to be published earlier than this from now.
  std::chrono::milliseconds delay{0};
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
};

/// What a worker does in the database, in this order: `find`?, `open_intent`,
/// `begin`, `copy` or `insert`, `lock`, `others_intents`, `counted_through`,
/// `settle`. After any error the transaction is rolled back; after
/// `database_unavailable` the next call connects anew.
class settlement_store {
public:
  virtual ~settlement_store() = default;

  /// Puts the rows with these ids into `out`, in any order; outside a
  /// transaction. What is final comes with content, status and origin only.
  /// What was in `out` before lends its memory.
  virtual caf::error find(std::span<const std::string_view> ids, std::vector<stored_debt>& out) = 0;

  /// Commits an intent and returns it with `id`, `attempts` and times set
  /// (without fingerprints); `id` 0 where it has too many attempts.
  virtual caf::expected<intent> open_intent(const intent_request& request) = 0;

  /// Removes an intent under which nothing was started.
  virtual caf::error drop_intent(std::int64_t id) = 0;

  virtual caf::error begin() = 0;

  /// Writes rows that are hoped to be new. `already_stored` when a key is
  /// taken: the transaction is rolled back. `rows` ascend by debt_id.
  virtual caf::error copy(std::span<const new_row> rows) = 0;

  /// Writes the rows whose keys are free and takes their locks; answers
  /// for each row whether it was written. `rows` ascend by debt_id.
  virtual caf::expected<std::vector<bool>> insert(std::span<const new_row> rows) = 0;

  /// Locks rows for update and reads them. `ids` ascend.
  virtual caf::expected<std::vector<stored_debt>> lock(std::span<const std::string_view> ids) = 0;

  /// All intents but `own_id`, which is locked (unless it is 0): nobody removes
  /// it before the transaction ends. Inside the transaction, after the locks.
  /// `intent_lost` and roll back when it is gone or superseded.
  virtual caf::expected<open_intents> others_intents(std::int64_t own_id) = 0;

  /// For each of `uploads`: the last offset of `partition` that was counted,
  /// -1 when none; locked until the end of the transaction.
  virtual caf::expected<std::vector<std::int64_t>>
  counted_through(std::int32_t partition, std::span<const std::int64_t> uploads) = 0;

  /// Changes rows already written by this transaction or locked by it, adds
  /// counters, problems and outbox entries; removes the intent, when there is
  /// one (`intent_lost` and roll back unless exactly one was there); marks as superseded the older
  /// intents of the partition that end at or before `last_offset`; commits. A superseded intent
  /// counts for no attempts, but tells of e-mails until its lease has run out: its owner may have
  /// lost the partition and still be at work under it.
  virtual caf::error settle(const settlement& s) = 0;

  virtual void rollback() = 0;

  /// Breaks a call in progress from another thread; the only method that may
  /// be called so. The call fails with `database_unavailable`.
  virtual void interrupt() noexcept = 0;
};

// -- PostgreSQL, the clerks' side -----------------------------------------------

/// A debt that was stored or found, and its outbox entry when it was new.
struct created_debt {
  stored_debt stored;
  bool created = false;
  std::int64_t outbox_id = 0;
};

enum class person_decision : std::uint8_t { sent, resend };

/// Single debts, uploads and the outbox, for HTTP and the sweeper. Each call
/// is its own transaction.
class debt_store {
public:
  virtual ~debt_store() = default;

  virtual caf::error ping() = 0;

  /// Stores the debt as `imported` with an outbox entry claimed for ten
  /// seconds; the stored one, unchanged, where the id is known.
  virtual caf::expected<created_debt> create(const debt& d) = 0;
  /// `not_found` when there is none.
  virtual caf::expected<stored_debt> find(std::string_view debt_id) = 0;
  /// Begins the next attempt of a failed debt, with `email` in place of the
  /// stored address where given. Answers the outbox entry's id (claimed for
  /// ten seconds). `not_found`, `wrong_state`.
  virtual caf::expected<std::int64_t> retry(std::string_view debt_id,
                                            std::optional<std::string> email) = 0;
  /// A person's word on an in_doubt debt: `sent` makes it emailed, `resend`
  /// begins the next attempt and answers its outbox entry's id (0 for `sent`).
  virtual caf::expected<std::int64_t> resolve(std::string_view debt_id,
                                              person_decision decision) = 0;

  /// Begins an upload; its lease lasts for `lease` unless it is renewed.
  virtual caf::expected<std::int64_t> open_upload(std::chrono::milliseconds lease) = 0;
  virtual caf::error renew_uploads(std::span<const std::int64_t> ids,
                                   std::chrono::milliseconds lease) = 0;
  virtual caf::error finish_upload(std::int64_t id, const upload_totals& totals) = 0;
  virtual caf::error abort_upload(std::int64_t id, const upload_totals& totals) = 0;
  /// Ends what has outlived its lease: uploads in `receiving` become `aborted`,
  /// superseded intents are removed.
  virtual caf::error expire_leases() = 0;
  virtual caf::error record_problems(std::int64_t upload_id, std::span<const row_problem> rows) = 0;
  /// Newest first; ids below `after` only, when it is not 0.
  virtual caf::expected<std::vector<upload_record>> list_uploads(int limit, std::int64_t after) = 0;
  virtual caf::expected<upload_record> find_upload(std::int64_t id) = 0;
  /// Rejected, conflicting, failed and in_doubt rows with a number above
  /// `after_row`, by row. `not_found` when there is no such upload.
  virtual caf::expected<std::vector<row_problem>>
  upload_problems(std::int64_t id, std::int64_t after_row, int limit) = 0;

  /// Takes up to `limit` outbox entries that are due and not claimed, for
  /// `claim`; fewer where they hold more than 4 MiB.
  virtual caf::expected<std::vector<outbox_entry>>
  claim_outbox(int limit, std::chrono::milliseconds claim) = 0;
  /// Contents for `process` entries, by debt_id; rows that are gone are left out.
  virtual caf::expected<std::vector<stored_debt>> find_all(std::span<const std::string> ids) = 0;
  /// Removes entries whose records the broker has acknowledged.
  virtual caf::error finish_outbox(std::span<const std::int64_t> ids) = 0;
};

} // namespace bankslip::domain
