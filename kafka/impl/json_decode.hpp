#pragma once

#include <string_view>

#include <caf/error.hpp>

#include "domain/debt.hpp"

namespace bankslip::kafka::impl {

/// Deepest nesting that is followed inside unknown members.
constexpr int max_json_depth = 256;

/// Reads and validates one message. Thread-safe.
///
/// Lenient where other producers are: `debt_amount` is a JSON number or text,
/// `government_id` text or a whole number (taken as its digits), unknown
/// members are ignored. Strict elsewhere: one object and nothing after it, each
/// of the six members exactly once. `invalid_input` carries "field: message"
/// for each bad field, or "message: ..." where it is no such object at all.
caf::error read_message(std::string_view json, domain::debt& out);

} // namespace bankslip::kafka::impl
