#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bankslip::persistence {

/// `text` as PostgreSQL takes it: bytes that are no valid UTF-8, and NUL,
/// become '?'. `storage` holds the answer where it differs.
std::string_view clean_text(std::string_view text, std::string& storage);
std::string clean_text(std::string_view text);

/// Array in PostgreSQL's text form: {"a","b"} or {1,2}. Texts are cleaned.
std::string array_literal(std::span<const std::string> texts);
std::string array_literal(std::span<const std::int64_t> numbers);

/// Reads a one-dimensional array of texts without nulls.
std::vector<std::string> parse_text_array(std::string_view literal);

/// Bytea in hex form, "\x00ff", both ways.
std::string hex_literal(std::string_view bytes);
std::string parse_hex(std::string_view literal);

} // namespace bankslip::persistence
