#pragma once

#include <string>
#include <string_view>

#include "domain/time.hpp"
#include "services/impl/mail_template.hpp"

namespace bankslip::services {

/// Who sends.
struct mail_sender {
  /// UTF-8; may be empty.
  std::string name;
  std::string address;

  /// Returns the part of the address after its last '@'.
  std::string_view domain_part() const noexcept;
};

/// Reads "Name <address>" or "address"; `invalid_input` when the address is
/// none that may stand in a header.
caf::expected<mail_sender> parse_sender(std::string_view text);

/// One message, to be written by `write_message`.
struct mail_message {
  mail_sender from;
  /// The reader's name in UTF-8 and address; the address was validated.
  std::string_view to_name;
  std::string_view to_address;
  /// UTF-8, one line.
  std::string_view subject;
  std::string_view text;
  std::string_view html;
  /// Message-ID without brackets and host.
  std::string_view id;
  domain::utc_time date{};
  /// The attachment; none when empty.
  std::string_view pdf;
  std::string_view pdf_name;
};

/// Appends the message as RFC 5322 and MIME want it: CRLF line ends, lines of
/// at most 78 characters, headers in RFC 2047, bodies quoted-printable, the
/// attachment base64. Control characters in header values become spaces. Pure:
/// the same message gives the same bytes.
void write_message(std::string& out, const mail_message& m);

/// Message-ID (without brackets and host) of the e-mail about a debt: the same
/// for every attempt, so that a reader's client can show it once.
std::string message_id(std::string_view debt_id);

} // namespace bankslip::services
