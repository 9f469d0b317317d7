#pragma once

#include "domain/ports.hpp"
#include "persistence/impl/debt_store_connection.hpp"

/// The e-mails of uploads and of the mail stage, a part of the debt store.
namespace bankslip::persistence {

/// Columns of `mail_outlook` and `mail_speed`, as `read_outlook` takes them.
inline constexpr const char* outlook_columns =
    "waiting, ahead, oldest_at, is_paced, rate, allowed, held_by, goes_on_at, schedule, "
    "clock_timestamp()";
constexpr int outlook_column_count = 10;

/// Reads a row that has `outlook_columns` from column `first` on.
domain::mail_outlook read_outlook(const text_row& row, int first);

caf::expected<domain::upload_record> set_mail(debt_store_connection& c, std::int64_t id,
                                              domain::mail_action action, domain::event_set events);
caf::error release_held(debt_store_connection& c, int limit);
caf::expected<domain::mail_outlook> tell_mail_speed(debt_store_connection& c,
                                                    const std::string& topic, std::int64_t process,
                                                    const domain::mail_speed& speed);

} // namespace bankslip::persistence
