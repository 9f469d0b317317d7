#pragma once

#include <string>

#include "domain/webhooks.hpp"

namespace bankslip::services {

/// `{"type","timestamp","data"}`; the data of a debt are its DTO's fields that events
/// keep, those of an upload are the JSON of `GET /uploads/{id}`. The same for all tries.
std::string webhook_body(const domain::webhook_event& event);

} // namespace bankslip::services
