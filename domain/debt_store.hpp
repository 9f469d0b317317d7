#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <caf/error.hpp>
#include <caf/expected.hpp>

#include "domain/debt.hpp"
#include "domain/debt_lists.hpp"
#include "domain/idempotency_keys.hpp"
#include "domain/outbox.hpp"
#include "domain/replication.hpp"
#include "domain/uploads.hpp"
#include "domain/validation.hpp"

/// PostgreSQL, the stores' side; see `domain/ports.hpp` for what holds for all ports.
namespace bankslip::domain {

/// A debt that was stored or found, and its outbox entry when it was new.
struct created_debt {
  stored_debt stored;
  bool created = false;
  std::int64_t outbox_id = 0;
};

/// A debt that a person has moved on, as it stands now, and its outbox entry where
/// its next attempt has begun (else 0).
struct revived_debt {
  stored_debt stored;
  std::int64_t outbox_id = 0;
};

/// A person's word on an in_doubt debt.
enum class person_decision : std::uint8_t {
  /// The e-mail has gone out: it counts as emailed.
  sent,
  /// It has not: the next attempt begins.
  resend,
};

/// A person's word on the e-mails of an upload.
enum class mail_action : std::uint8_t { pause, resume, cancel };

/// Single debts, uploads and the outbox, for HTTP and the outbox relay. Each call
/// is its own transaction. One thread.
class debt_store {
public:
  virtual ~debt_store() = default;

  /// Stores the debts as `imported`, each with an outbox entry claimed for ten seconds,
  /// and removes the entries `published`, in one transaction. Answers one for each, in
  /// order: the stored one, unchanged, where the id is known or stands among them twice.
  /// One that is refused fails them all, and so does a wait of a tenth of a second for
  /// a lock where there are several: repeat them one by one then.
  virtual caf::expected<std::vector<created_debt>>
  create(std::span<const debt> debts, std::span<const std::int64_t> published) = 0;
  /// Reads the debts with these ids: one for each, in order; none where there is none.
  virtual caf::expected<std::vector<std::optional<stored_debt>>>
  find(std::span<const std::string> ids) = 0;
  /// Begins the next attempt of a failed debt, with `email` in place of the
  /// stored address where given; its outbox entry is claimed for ten seconds.
  /// `not_found`, `wrong_state`.
  virtual caf::expected<revived_debt> retry(std::string_view debt_id,
                                            std::optional<std::string> email) = 0;
  /// Takes a person's word on an in_doubt debt. Errors as `retry`.
  virtual caf::expected<revived_debt> resolve(std::string_view debt_id,
                                              person_decision decision) = 0;

  /// Reads the debts that meet the filter, in its order, behind `after`: at most
  /// `limit`. A debt that does not change is on exactly one page. One that changes
  /// while pages are read is never on two, and is left out where it did not meet the
  /// filter at the moment of its page. `invalid_input` when no index serves the filter,
  /// or looking at all that it may mean takes longer than 5 s.
  virtual caf::expected<debt_page> list_debts(const debt_filter& filter, int limit,
                                              const list_position& after) = 0;
  /// Begins the next attempt of failed debts of an upload behind `after`, by row: at
  /// most `limit`, with an outbox entry each, which is due at once.
  virtual caf::expected<retried_page> retry_upload(std::int64_t id, int limit,
                                                   const list_position& after) = 0;

  /// Takes an idempotency key for `lease`, unless another has it or its request was
  /// answered. `token` is the caller's own random number: the same call again prolongs
  /// the lease.
  virtual caf::expected<key_claim> claim_key(const idempotency_name& name, std::int64_t token,
                                             std::chrono::milliseconds lease) = 0;
  /// Keeps the answer under a key that the caller holds; without one the key is free
  /// again. `wrong_state` when the caller has lost the key.
  virtual caf::error settle_key(const idempotency_name& name, std::int64_t token,
                                const std::optional<kept_answer>& answer) = 0;

  /// Begins an upload; its lease lasts for `lease` unless it is renewed.
  virtual caf::expected<std::int64_t> open_upload(std::chrono::milliseconds lease) = 0;
  /// Prolongs the leases of those that are still `receiving`, and stores how far they
  /// are, for who asks another process or after this one has died.
  virtual caf::error renew_uploads(std::span<const upload_so_far> uploads,
                                   std::chrono::milliseconds lease) = 0;
  /// Ends the reception of an upload and stores its totals: it is on its way, or
  /// aborted. The same call again is no error. `not_found`; `wrong_state` when it
  /// has ended the other way.
  virtual caf::error finish_upload(std::int64_t id, const upload_totals& totals) = 0;
  virtual caf::error abort_upload(std::int64_t id, const upload_totals& totals) = 0;
  /// Ends what has outlived its time: uploads in `receiving` become `aborted` with the
  /// rejected rows that are stored (failure `process_lost`), superseded intents and kept answers
  /// are removed, at most 1000 of the latter.
  virtual caf::error expire_leases() = 0;
  /// Stores rejected rows and the form of their file. A row that is there already stays
  /// as it is, so a call may be repeated.
  virtual caf::error record_problems(std::int64_t upload_id, const file_form& form,
                                     std::span<const row_problem> rows) = 0;
  /// Reads uploads, newest first: at most `limit`, with ids below `after` unless that
  /// is 0.
  virtual caf::expected<std::vector<upload_record>> list_uploads(int limit, std::int64_t after) = 0;
  /// `not_found` when there is none.
  virtual caf::expected<upload_record> find_upload(std::int64_t id) = 0;
  /// Reads the uploads with these ids and the `newest` ones, newest first. Leaves out
  /// those that are not there.
  virtual caf::expected<std::vector<upload_record>> find_uploads(std::span<const std::int64_t> ids,
                                                                 int newest) = 0;
  /// Reads rejected, conflicting, failed, in_doubt and put-off rows with a number
  /// above `after_row`, by row: at most `limit`, fewer where their `raw` takes more
  /// than 4 MiB; none when there are no more. `not_found` when there is no such
  /// upload.
  virtual caf::expected<std::vector<row_problem>>
  upload_problems(std::int64_t id, std::int64_t after_row, int limit) = 0;

  /// Stops or resumes the e-mails of an upload, and returns it. Those that are under way
  /// in that moment still go out. `not_found`; `wrong_state` where cancelled ones are to be paused.
  virtual caf::expected<upload_record> set_mail(std::int64_t id, mail_action action) = 0;
  /// Lets held rows of resumed uploads go, at most `limit`: each gets an outbox entry.
  virtual caf::error release_held(int limit) = 0;
  /// Tells all processes how fast the mail stage of one sends, which chose `process` by
  /// chance; to be told again every few seconds. Returns what waits in all of them.
  virtual caf::expected<mail_outlook> tell_mail_speed(std::int64_t process,
                                                      const mail_speed& speed) = 0;

  /// Asks whether commits wait for a standby.
  virtual caf::expected<replication_state> replication() = 0;

  /// Takes up to `limit` outbox entries that are due and not claimed, for
  /// `claim`; fewer where they hold more than 4 MiB.
  virtual caf::expected<std::vector<outbox_entry>>
  claim_outbox(int limit, std::chrono::milliseconds claim) = 0;
  /// Removes entries whose records the broker has acknowledged.
  virtual caf::error finish_outbox(std::span<const std::int64_t> ids) = 0;
};

} // namespace bankslip::domain
