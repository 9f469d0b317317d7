#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace bankslip::domain {

/// How the characters of a file are written as bytes.
enum class text_encoding : std::uint8_t { utf_8, utf_16le, utf_16be, windows_1252, iso_8859_1 };

std::string_view to_string(text_encoding e) noexcept;

/// Reads the name of an encoding, in either case: "utf-8", "windows-1252", also
/// "cp1252"; "iso-8859-1", also "latin1"; "utf-16le", "utf-16be".
std::optional<text_encoding> parse_text_encoding(std::string_view name) noexcept;
/// The names that are told to people.
inline constexpr std::string_view text_encoding_names = "utf-8, windows-1252, iso-8859-1, utf-16le "
                                                        "or utf-16be";

/// Turns a stream of bytes into UTF-8, in memory of the size of one piece. A byte
/// order mark at the start is taken out and says more than the encoding that was
/// told. Bytes that are no character become the byte 0xFF, which no UTF-8 holds,
/// so that only the row they stand in is refused; UTF-8 itself is not checked.
/// One thread.
class utf8_reader {
public:
  explicit utf8_reader(text_encoding told = text_encoding::utf_8);
  ~utf8_reader();
  utf8_reader(utf8_reader&&) noexcept;
  utf8_reader& operator=(utf8_reader&&) noexcept;

  /// Takes the next bytes; returns what they are in UTF-8, until the next call
  /// or until `bytes` change.
  std::string_view push(std::string_view bytes);

  /// Ends the stream; returns what was still waiting for its other half.
  std::string_view finish();

  /// The encoding of the stream, once its first bytes were seen.
  text_encoding encoding() const noexcept { return encoding_; }

private:
  class converter;

  std::string_view decide(std::string_view bytes);
  std::string_view convert(std::string_view bytes);

  text_encoding encoding_;
  bool decided_ = false;
  /// The first bytes, fewer than a byte order mark has.
  std::string start_;
  /// Bytes of a character that is not whole.
  std::string rest_;
  std::string out_;
  std::unique_ptr<converter> converter_;
};

} // namespace bankslip::domain
