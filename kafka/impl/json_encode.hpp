#pragma once

#include <string>

#include "domain/debt.hpp"

namespace bankslip::kafka::impl {

/// Appends the message of `d`: one JSON object, fields in the agreed order,
/// text in UTF-8 as it is, amount exact. Thread-safe.
void append_message(const domain::debt& d, std::string& out);

} // namespace bankslip::kafka::impl
