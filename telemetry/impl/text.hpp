#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Text that others wrote, made harmless for one line of output.
namespace bankslip::telemetry {

/// Appends `text` between quotes as a JSON string: always valid UTF-8 (broken
/// bytes become U+FFFD), without any control character or line separator; at
/// most about `limit` bytes of `text`, a cut shows as an ellipsis.
void append_json_string(std::string& out, std::string_view text, std::size_t limit);

/// The same rules for plain text, without the quotes around it.
void append_plain(std::string& out, std::string_view text, std::size_t limit);

} // namespace bankslip::telemetry
