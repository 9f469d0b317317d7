#pragma once

#include "domain/ports.hpp"
#include "persistence/impl/debt_store_connection.hpp"

/// The debt store's part that goes through many debts: lists, and the retry of an upload.
namespace bankslip::persistence {

caf::expected<domain::debt_page> list_debts(debt_store_connection& c,
                                            const domain::debt_filter& filter, int limit,
                                            const domain::list_position& after);
caf::expected<domain::retried_page> retry_upload(debt_store_connection& c, std::int64_t id,
                                                 int limit, const domain::list_position& after);

} // namespace bankslip::persistence
