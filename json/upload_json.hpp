#pragma once

#include <optional>

#include "domain/debt.hpp"
#include "domain/time.hpp"
#include "domain/uploads.hpp"
#include "json/writer.hpp"

namespace bankslip::json {

/// The time in UTC, or null.
void write_time(writer& w, const std::optional<domain::utc_time>& t);

/// The members `upload_id` and `row` of what came from a file; both null for what came
/// alone, the row also where it is unknown.
void write_origin(writer& w, const domain::origin& from);

/// An upload with its counters, as clients and webhooks see it.
void write_upload(writer& w, const domain::upload_record& u);

} // namespace bankslip::json
