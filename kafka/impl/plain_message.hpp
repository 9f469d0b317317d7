#pragma once

#include <string_view>

#include "domain/validation.hpp"

namespace bankslip::kafka::impl {

/// Cuts a message that has the form `domain::append_json` gives it, with nothing
/// escaped: most are so, and a quarter of the parser's time is enough for them.
/// False: of another form, or no JSON at all; `raw` is then worth nothing.
/// The pieces are as the parser would read them, but their encoding is not looked
/// at. `raw` points into `json`.
bool cut_plain_message(std::string_view json, domain::raw_debt& raw) noexcept;

} // namespace bankslip::kafka::impl
