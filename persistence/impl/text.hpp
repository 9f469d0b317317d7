#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/text/utf8.hpp"

namespace bankslip::persistence {

/// Returns `text` as PostgreSQL takes it: as `clean_utf8` does. `storage` holds
/// the answer where it differs.
std::string_view clean_text(std::string_view text, std::string& storage);
inline std::string clean_text(std::string_view text) { return domain::clean_utf8(text); }

/// Array in PostgreSQL's text form: {"a","b"} or {1,2}. Texts are cleaned.
std::string array_literal(std::span<const std::string> texts);
std::string array_literal(std::span<const std::int64_t> numbers);

/// Reads a one-dimensional array of texts without nulls.
std::vector<std::string> parse_text_array(std::string_view literal);

/// Bytea in hex form, "\x00ff", both ways.
std::string hex_literal(std::string_view bytes);
std::string parse_hex(std::string_view literal);

} // namespace bankslip::persistence
