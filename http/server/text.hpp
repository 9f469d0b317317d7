#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/text/ascii.hpp"
#include "domain/text/hex.hpp"

/// Small readers of ASCII text, independent of the locale.
namespace bankslip::http {

using domain::hex_value;
using domain::is_alnum;
using domain::same_text;
using domain::to_lower;
using domain::trimmed;

/// Resolves %XX; nothing when a '%' is not followed by two hex digits.
std::optional<std::string> percent_decoded(std::string_view text);

/// A name or value of a query: '+' is a space; a broken escape stands as it came.
std::string form_decoded(std::string_view text);

/// Value of parameter `name` in "form-data; name=\"file\"; x=y" (RFC 9110,
/// section 5.6.6): token or quoted string.
std::optional<std::string> header_parameter(std::string_view header, std::string_view name);

} // namespace bankslip::http
