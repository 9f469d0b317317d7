#pragma once

#include "domain/ports.hpp"
#include "persistence/impl/debt_store_connection.hpp"

/// The uploads' part of the debt store.
namespace bankslip::persistence {

/// Columns of the view `upload_states`, as `read_upload` takes them.
inline constexpr const char* upload_columns =
    "upload_id, state, bytes, accepted, rejected, generated, emailed, duplicates, conflicts, "
    "failed, in_doubt, created_at, received_at, done_at, failure_code, failure, "
    "generated_at, held, mail";
constexpr int upload_column_count = 19;

/// Reads a row that begins with `upload_columns`.
domain::upload_record read_upload(const text_row& row);

caf::expected<std::int64_t> open_upload(debt_store_connection& c, const std::string& topic,
                                        std::chrono::milliseconds lease);
caf::error renew_uploads(debt_store_connection& c, std::span<const domain::upload_so_far> uploads,
                         std::chrono::milliseconds lease);
/// `state` is processing or aborted; a second call with the same is no error.
caf::error end_upload(debt_store_connection& c, std::int64_t id, domain::upload_state state,
                      const domain::upload_totals& totals, domain::event_set events);
caf::error expire_leases(debt_store_connection& c, domain::event_set events);
caf::error record_problems(debt_store_connection& c, std::int64_t upload_id,
                           const domain::file_form& form,
                           std::span<const domain::row_problem> rows);
caf::expected<std::vector<domain::upload_record>> list_uploads(debt_store_connection& c, int limit,
                                                               std::int64_t after);
caf::expected<domain::upload_record> find_upload(debt_store_connection& c, std::int64_t id);
caf::expected<std::vector<domain::upload_record>>
find_uploads(debt_store_connection& c, std::span<const std::int64_t> ids, int newest);
caf::expected<std::vector<domain::row_problem>>
upload_problems(debt_store_connection& c, std::int64_t id, std::int64_t after_row, int limit);

} // namespace bankslip::persistence
