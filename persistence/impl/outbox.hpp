#pragma once

#include "domain/ports.hpp"
#include "persistence/impl/debt_store_connection.hpp"

/// The outbox, a part of the debt store.
namespace bankslip::persistence {

/// Inserts an entry for each debt of the row source that is put behind it. The caller
/// publishes it at once; only if it dies does the outbox relay.
inline const std::string insert_process_entry =
    "insert into outbox (kind, key, due_at) "
    "select 'process', debt_id, clock_timestamp() + interval '10 seconds' from ";

caf::expected<std::vector<domain::outbox_entry>> claim_outbox(debt_store_connection& c, int limit,
                                                              std::chrono::milliseconds claim);
caf::error finish_outbox(debt_store_connection& c, std::span<const std::int64_t> ids);

} // namespace bankslip::persistence
