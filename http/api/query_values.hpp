#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/api/answers.hpp"
#include "http/server/router.hpp"

/// Values of a request's query. What does not fit becomes an entry in `faults`, and the
/// fallback stands.
namespace bankslip::http {

/// The whole text as a decimal number.
std::optional<std::int64_t> read_number(std::string_view text);

/// Adds a fault of the parameter `name` whose value is `text`.
void add_query_fault(std::vector<field_fault>& faults, std::string_view name, const char* type,
                     std::string message, std::string_view text);

/// A number within its limits.
std::int64_t query_number(const exchange& x, const char* name, std::int64_t fallback,
                          std::int64_t least, std::int64_t most, std::vector<field_fault>& faults);

} // namespace bankslip::http
