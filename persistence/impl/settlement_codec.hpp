#pragma once

#include <span>
#include <string>
#include <vector>

#include "domain/ports.hpp"
#include "persistence/impl/pq_connection.hpp"

/// Intents, counters, problems and outbox entries of a batch.
namespace bankslip::persistence {

extern const statement begin_statement;
extern const statement commit_statement;
/// Start of the transaction.
extern const statement now_statement;

extern const statement open_intent_statement;
binary_params open_intent_params(const domain::intent_request& request);
extern const statement drop_intent_statement;
extern const statement lock_intent_statement;
/// Read the intents but $1 whose owner's transaction is not open.
extern const statement save_statement;
extern const statement other_intents_statement;
extern const statement back_to_save_statement;
extern const statement clock_statement;
extern const statement stopped_uploads_statement;
extern const statement close_intent_statement;
extern const statement note_offset_statement;

/// Makes the rows that are to be locked, then locks them and reads how the uploads
/// stand: upload, last counted offset, rows of the file or null, 1 where it counts.
extern const statement touch_progress_statement;
extern const statement lock_progress_statement;
binary_params progress_key_params(std::int32_t partition, std::span<const std::int64_t> uploads,
                                  std::string_view topic);

std::string pack_fingerprints(std::span<const domain::fingerprint> values);
std::vector<domain::fingerprint> unpack_fingerprints(std::string_view bytes);

/// Every statement of `settle`, ending with COMMIT.
std::vector<step> settle_steps(const domain::settlement& s, domain::event_set events,
                               std::string_view topic);

} // namespace bankslip::persistence
