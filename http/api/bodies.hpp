#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/api/api.hpp"
#include "http/api/json_fields.hpp"
#include "http/server/router.hpp"

namespace bankslip::http {

/// The whole body of a small request; nothing when it was too large, too slow
/// or broken: then the request is answered already.
std::optional<std::string> take_body(exchange& x);

/// Makes the limits of the body of an upload.
body_limits upload_limits(const api_options& options);

/// Answers what `body_result` says about a body that did not come in well.
void answer_broken_body(response& res, body_result why);

/// The named fields of a JSON body; nothing when the request is answered already.
std::optional<json_object> take_json(exchange& x, std::string& body,
                                     std::span<const std::string_view> names);

/// Index of the choice that the field `name` of a JSON body has; nothing when the request is
/// answered already.
std::optional<std::size_t> take_choice(exchange& x, std::string_view name,
                                       std::span<const std::string_view> choices);

} // namespace bankslip::http
