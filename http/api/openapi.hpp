#pragma once

#include <span>
#include <string>
#include <string_view>

#include "http/api/operation.hpp"

namespace bankslip::http {

/// The description of the operations, as OpenAPI 3.1: openapi/base.json, which has
/// the schemas, with a path item for each pattern.
std::string openapi_json(std::span<const operation> table);

} // namespace bankslip::http
