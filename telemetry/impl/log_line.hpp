#pragma once

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>

#include "telemetry/log.hpp"

namespace bankslip::telemetry {

/// Longest message and longest value of a field in one line, in bytes; what is
/// beyond is cut.
constexpr std::size_t max_log_text = 2000;

/// "info", "warn" …
std::string_view name_of(log_level level) noexcept;

/// One JSON object without the line end: ts, level, msg, then the fields in
/// their order, then those of the scopes.
std::string json_line(std::chrono::system_clock::time_point now, log_level level,
                      std::string_view message, std::initializer_list<log_field> fields,
                      const log_scope* scope = nullptr);

/// "12:34:56.789 warn  message key=value", time in UTC. With `colours` the
/// level is coloured for a terminal.
std::string plain_line(std::chrono::system_clock::time_point now, log_level level,
                       std::string_view message, std::initializer_list<log_field> fields,
                       bool colours, const log_scope* scope = nullptr);

} // namespace bankslip::telemetry
