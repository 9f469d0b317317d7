#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "actors/protocol/common.hpp"
#include "domain/csv/row_cutter.hpp"
#include "domain/error.hpp"
#include "domain/text/encoding.hpp"
#include "domain/uploads.hpp"

/// An upload: PARSER and its CHUNKs, and what is stored of it.
namespace bankslip::actors {

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

/// Tells how far an upload is that is still being received.
struct upload_progressed {
  domain::upload_so_far upload;
};

/// The part of FRONT that a PARSER sees.
using upload_watcher_actor = caf::typed_actor<caf::reacts_to<upload_progressed>>;

/// FRONT reminds itself to renew the leases of open uploads.
struct lease_due {};

/// Tells FRONT that the time to finish is over: open uploads are aborted.
struct abort_uploads {};

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

} // namespace bankslip::actors
