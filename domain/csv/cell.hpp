#pragma once

#include <string>
#include <string_view>

namespace bankslip::domain {

/// Appends a cell that every CSV reader takes back as it was: in quotes, its own ones
/// doubled, where it holds a quote, a line end or the separator.
void append_cell(std::string& out, std::string_view text, char separator = ',');

} // namespace bankslip::domain
