#pragma once

#include <string>
#include <string_view>

namespace bankslip::domain {

/// At most `max_bytes` of `text` as clean UTF-8 for people and databases: bytes
/// that are not valid UTF-8 and control characters become '?'. Cut at a
/// character's boundary.
std::string printable(std::string_view text, std::size_t max_bytes);

} // namespace bankslip::domain
