#pragma once

#include "domain/ports.hpp"
#include "persistence/impl/debt_store_connection.hpp"

/// The uploads' part of the debt store.
namespace bankslip::persistence {

caf::expected<std::int64_t> open_upload(debt_store_connection& c, const std::string& topic,
                                        std::chrono::milliseconds lease);
caf::error renew_uploads(debt_store_connection& c, std::span<const std::int64_t> ids,
                         std::chrono::milliseconds lease);
/// `state` is processing or aborted; a second call with the same is no error.
caf::error end_upload(debt_store_connection& c, std::int64_t id, domain::upload_state state,
                      const domain::upload_totals& totals);
caf::error expire_leases(debt_store_connection& c);
caf::error record_problems(debt_store_connection& c, std::int64_t upload_id,
                           std::span<const domain::row_problem> rows);
caf::expected<std::vector<domain::upload_record>> list_uploads(debt_store_connection& c, int limit,
                                                               std::int64_t after);
caf::expected<domain::upload_record> find_upload(debt_store_connection& c, std::int64_t id);
caf::expected<std::vector<domain::upload_record>>
find_uploads(debt_store_connection& c, std::span<const std::int64_t> ids, int newest);
caf::expected<std::vector<domain::row_problem>>
upload_problems(debt_store_connection& c, std::int64_t id, std::int64_t after_row, int limit);

} // namespace bankslip::persistence
