#pragma once

#include <string>
#include <string_view>

/// The one way to write text into JSON. UTF-8 stays as it is and is not checked:
/// `clean_utf8` is for text that may not be.
namespace bankslip::domain {

/// Appends `text` with all escaped that JSON forbids inside a string.
void append_json_text(std::string& out, std::string_view text);

/// Appends `text` as a JSON string, with its quotation marks.
void append_json_string(std::string& out, std::string_view text);

/// Appends `c` as \uXXXX.
void append_unicode_escape(std::string& out, char16_t c);

} // namespace bankslip::domain
