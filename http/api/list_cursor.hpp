#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "domain/debt_lists.hpp"

/// Writes and reads where the next page of a list begins, as text that clients hand back unread.
namespace bankslip::http {

std::string debt_cursor(domain::list_order order, const domain::list_position& at);
/// Nothing when the text is no cursor of a list in this order.
std::optional<domain::list_position> read_debt_cursor(domain::list_order order,
                                                      std::string_view cursor);

/// Offsets by partition.
std::string offset_cursor(const std::map<std::int32_t, std::int64_t>& at);
std::optional<std::map<std::int32_t, std::int64_t>> read_offset_cursor(std::string_view cursor);

} // namespace bankslip::http
