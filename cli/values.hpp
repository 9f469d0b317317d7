#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

/// How the values of settings are written.
namespace bankslip::cli {

/// "500ms", "20s", "15m", "2h", "7d", or "0".
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept;

/// The shortest such text: "15m".
std::string format_duration(std::chrono::milliseconds span);

/// `text` as it may stand in a message of one line: cut, without control
/// characters.
std::string shown_value(std::string_view text);

} // namespace bankslip::cli
