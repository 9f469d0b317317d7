#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bankslip::http {

/// Takes one field out of a multipart/form-data body (RFC 7578, RFC 2046): the
/// first part with that name; all others are skipped. A push parser: bytes may
/// be cut anywhere. Holds at most one part's headers. One thread.
class multipart_reader {
public:
  multipart_reader(std::string_view boundary, std::string field);

  /// Takes the next bytes; the field's own are appended to `out`. False when
  /// the body is malformed; nothing more is taken then.
  bool push(std::string_view bytes, std::string& out);

  /// The field's part has begun.
  bool field_seen() const noexcept { return field_seen_; }
  /// The last boundary was seen.
  bool complete() const noexcept { return state_ == state::epilogue; }

private:
  enum class state : std::uint8_t { preamble, delimiter, headers, body, epilogue, malformed };

  /// Each takes what it can of `buffer_`; false when it needs more bytes.
  bool skip_to_delimiter(std::string* out);
  bool take_delimiter_end();
  bool take_headers();
  void take_header_line(std::string_view line);

  /// CRLF, two dashes, boundary.
  std::string delimiter_;
  std::string field_;
  std::string buffer_;
  /// Bytes of `buffer_` that are used up.
  std::size_t used_ = 0;
  state state_ = state::preamble;
  bool field_seen_ = false;
  /// The part at hand is the one that is asked for.
  bool wanted_ = false;
};

/// The boundary of a Content-Type; nothing for other types. An empty text when
/// a multipart/form-data type names none that is valid.
std::optional<std::string> multipart_boundary(std::string_view content_type);

} // namespace bankslip::http
