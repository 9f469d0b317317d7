#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/text/parse.hpp"
#include "http/api/answers.hpp"
#include "http/server/router.hpp"

/// Values of a request's query. One that does not fit becomes an entry in `faults`, and
/// the fallback stands.
namespace bankslip::http {

/// Adds a fault of the parameter `name` whose value is `text`.
void add_query_fault(std::vector<field_fault>& faults, std::string_view name, const char* type,
                     std::string message, std::string_view text);

/// A number within its limits.
std::int64_t query_number(const exchange& x, const char* name, std::int64_t fallback,
                          std::int64_t least, std::int64_t most, std::vector<field_fault>& faults);

/// A text; an empty one, as a form sends for a field without an entry, is none.
std::optional<std::string> query_text(const exchange& x, const char* name, std::size_t most_bytes,
                                      std::vector<field_fault>& faults);

/// Adds a fault for each parameter whose name is none of `known`.
void refuse_others(const exchange& x, std::span<const std::string_view> known,
                   std::string_view says, std::vector<field_fault>& faults);

} // namespace bankslip::http
