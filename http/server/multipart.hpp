#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bankslip::http {

/// Why a multipart body is refused.
enum class multipart_fault : std::uint8_t {
  none,
  malformed,
  /// A second part has the field's name.
  repeated_field,
  /// The field's part is in a Content-Transfer-Encoding that changes its bytes.
  encoded_field,
};

/// Takes one field out of a multipart/form-data body (RFC 7578, RFC 2046); parts
/// with other names are skipped. A push parser: bytes may be cut anywhere. Holds
/// at most one part's headers. One thread.
class multipart_reader {
public:
  multipart_reader(std::string_view boundary, std::string field);

  /// Takes the next bytes; the field's own are appended to `out`. False once
  /// the body has a fault; nothing more is taken then.
  bool push(std::string_view bytes, std::string& out);
  multipart_fault fault() const noexcept { return fault_; }
  /// The name of the encoding of an `encoded_field`.
  const std::string& transfer_encoding() const noexcept { return transfer_encoding_; }

  /// The field's part has begun.
  bool field_seen() const noexcept { return field_seen_; }
  /// The last boundary was seen.
  bool complete() const noexcept { return state_ == state::epilogue; }

private:
  enum class state : std::uint8_t { preamble, delimiter, headers, body, epilogue };

  /// Each takes what it can of `buffer_`; false when it needs more bytes.
  bool skip_to_delimiter(std::string* out);
  bool take_delimiter_end();
  bool take_headers();
  void begin_part(std::string_view headers);

  /// CRLF, two dashes, boundary.
  std::string delimiter_;
  std::string field_;
  std::string buffer_;
  /// Bytes of `buffer_` that are used up.
  std::size_t used_ = 0;
  state state_ = state::preamble;
  multipart_fault fault_ = multipart_fault::none;
  std::string transfer_encoding_;
  bool field_seen_ = false;
  /// The part at hand is the one that is asked for.
  bool wanted_ = false;
};

/// The boundary of a Content-Type; nothing for other types. An empty text when
/// a multipart/form-data type names none that is valid.
std::optional<std::string> multipart_boundary(std::string_view content_type);

} // namespace bankslip::http
