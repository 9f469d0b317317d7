#pragma once

#include "domain/ports.hpp"
#include "persistence/impl/debt_store_connection.hpp"

/// The debt store's part for requests that bear an Idempotency-Key.
namespace bankslip::persistence {

caf::expected<domain::key_claim> claim_key(debt_store_connection& c,
                                           const domain::idempotency_name& name, std::int64_t token,
                                           std::chrono::milliseconds lease);
caf::error settle_key(debt_store_connection& c, const domain::idempotency_name& name,
                      std::int64_t token, const std::optional<domain::kept_answer>& answer);
/// Removes a thousand answers that were kept long enough.
caf::error expire_keys(debt_store_connection& c);

} // namespace bankslip::persistence
