#pragma once

#include <string>
#include <string_view>

#include "domain/time.hpp"

/// Encodings of e-mail. Pure functions over bytes.
namespace bankslip::services {

/// Appends UTF-8 text for an unstructured header or a display name after
/// `column` characters of its line: as it is when it is short plain ASCII, else
/// as RFC 2047 encoded words, folded, no character cut in two. Control
/// characters become spaces.
void append_header_text(std::string& out, std::string_view text, std::size_t column);

/// Appends a display name: quoted (RFC 5322) when it is ASCII, else encoded.
void append_display_name(std::string& out, std::string_view name, std::size_t column);

/// Appends text as quoted-printable (RFC 2045) with CRLF line ends, lines of
/// at most 76 characters.
void append_quoted_printable(std::string& out, std::string_view text);

/// Appends bytes as base64 in lines of 76 characters, each with CRLF.
void append_base64_lines(std::string& out, std::string_view bytes);

/// "Wed, 25 Nov 2026 03:00:22 +0000".
std::string format_mail_date(domain::utc_time t);

} // namespace bankslip::services
