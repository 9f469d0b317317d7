#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bankslip::http {

/// Decodes a body with `Transfer-Encoding: chunked` (RFC 9112, section 7.1).
/// Bytes may be cut anywhere. Holds no data; lines are bounded. One thread.
class chunked_decoder {
public:
  enum class state : std::uint8_t { more, done, malformed };

  /// Decodes `raw`, appends the data to `out` and answers how many bytes of
  /// `raw` belong to this body: all of them until it is done.
  std::size_t decode(std::string_view raw, std::string& out);

  state now() const noexcept { return state_; }

private:
  enum class part : std::uint8_t {
    size_digits,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer_start,
    trailer,
    trailer_lf,
    last_lf,
  };

  void take(char c);
  void take_size(char c);
  void take_line_byte(char c, part on_cr);
  void expect(char c, char wanted, part next);
  void after_size();

  state state_ = state::more;
  part part_ = part::size_digits;
  std::uint64_t left_ = 0;
  /// Bytes of the line at hand, or of all trailers.
  std::size_t line_ = 0;
  std::size_t digits_ = 0;
};

} // namespace bankslip::http
