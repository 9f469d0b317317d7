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

#include "domain/csv.hpp"
#include "domain/debt.hpp"
#include "domain/ports.hpp"
#include "domain/records.hpp"
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
};

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
  caf::reacts_to<abort_upload>>;

// -- HTTP thread <-> FRONT ------------------------------------------------------

struct open_upload {};

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
  // Newest first.
  caf::replies_to<list_uploads>::with<uploads_listed>,
  // `not_found`.
  caf::replies_to<find_upload>::with<upload_found>,
  // By row. `not_found`.
  caf::replies_to<list_problems>::with<problems_listed>>;

} // namespace bankslip::actors

#define BANKSLIP_ACTOR_MESSAGES(X)                                                                 \
  X(upload_block)                                                                                  \
  X(block_accepted)                                                                                \
  X(finish_upload)                                                                                 \
  X(abort_upload)                                                                                  \
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
  X(find_upload)                                                                                   \
  X(upload_found)                                                                                  \
  X(list_problems)                                                                                 \
  X(problems_listed)

// Messages never leave the process: they need a type id, not a wire format.
CAF_BEGIN_TYPE_ID_BLOCK(bankslip, 1000)
#define BANKSLIP_MESSAGE_ID(name) CAF_ADD_TYPE_ID(bankslip, (bankslip::actors::name))
BANKSLIP_ACTOR_MESSAGES(BANKSLIP_MESSAGE_ID)
#undef BANKSLIP_MESSAGE_ID
CAF_END_TYPE_ID_BLOCK(bankslip)

#define BANKSLIP_MESSAGE_LOCAL(name) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bankslip::actors::name)
BANKSLIP_ACTOR_MESSAGES(BANKSLIP_MESSAGE_LOCAL)
#undef BANKSLIP_MESSAGE_LOCAL
