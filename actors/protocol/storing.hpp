#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actors/protocol/uploads.hpp"
#include "domain/ports.hpp"

/// Questions to the database, and the STOREs that answer them.
namespace bankslip::actors {

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

/// Stops or resumes the e-mails of an upload.
struct stop_mails {
  std::int64_t upload_id = 0;
  domain::mail_action action = domain::mail_action::pause;
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

/// Takes what clients ask of the database, by way of FRONT. Answers
/// `database_unavailable` while PostgreSQL is away.
using asking_actor = caf::typed_actor<
    // Stores the debt; does not wait for its slip and its e-mail.
    caf::replies_to<create_debt>::with<debt_created>,
    // Answers `not_found`, or `wrong_state` for a debt that is not failed.
    caf::replies_to<retry_debt>::with<debt_revived>,
    // Answers `not_found`, or `wrong_state` for a debt that is not in doubt.
    caf::replies_to<resolve_debt>::with<debt_revived>,
    caf::replies_to<list_uploads>::with<uploads_listed>,
    // Answers `not_found` for an unknown upload.
    caf::replies_to<find_upload>::with<upload_found>,
    // Answers with the upload as it is then; `not_found`, `wrong_state`.
    caf::replies_to<stop_mails>::with<upload_found>,
    // Leaves out those that are not there.
    caf::replies_to<find_uploads>::with<uploads_listed>,
    // Answers `not_found` for an unknown upload.
    caf::replies_to<list_problems>::with<problems_listed>,
    // Answers `invalid_input` for a filter that no index serves.
    caf::replies_to<list_debts>::with<debts_listed>,
    caf::replies_to<retry_upload>::with<upload_retried>,
    caf::replies_to<claim_key>::with<key_claimed>,
    // Answers `wrong_state` when the key was lost.
    caf::replies_to<settle_key>::with<recorded>>;

/// Stores and reads debts and uploads.
using storing_actor = asking_actor::extend<
    // Stores the upload as `receiving`, with a lease.
    caf::replies_to<begin_upload>::with<upload_begun>,
    // Leaves out uploads that have ended.
    caf::replies_to<renew_uploads>::with<recorded>,
    // The state becomes `processing` or `aborted`; `wrong_state` when the lease ran out
    // before.
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

} // namespace bankslip::actors
