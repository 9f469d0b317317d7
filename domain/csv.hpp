#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <caf/expected.hpp>

#include "domain/validation.hpp"

namespace bankslip::domain {

/// Longest row that is taken, in bytes.
constexpr std::size_t max_row_bytes = 64 * 1024;

/// What the header line says about a file: the separator (',' or ';', the
/// latter with decimal comma) and where each of the six fields stands.
struct csv_dialect {
  char separator = ',';
  char decimal_separator = '.';
  /// Number of fields that each row must have.
  std::size_t columns = 0;
  /// Position of name, governmentId, email, debtAmount, debtDueDate, debtId.
  std::array<std::size_t, 6> position{};
};

/// Reads a header row (without line end; a BOM is skipped). Columns may stand
/// in any order; further ones are ignored. Error `invalid_input` names the
/// missing columns.
caf::expected<csv_dialect> parse_header(std::string_view row);

/// A piece of the file: whole rows, in order, without header and blank lines.
struct csv_chunk {
  /// The bytes of all rows.
  std::string bytes;
  struct row_ref {
    std::uint32_t begin;
    std::uint32_t size;
    /// The row was longer than `max_row_bytes`, its bytes are not kept; or its
    /// quote was never closed.
    bool too_long;
    bool unclosed_quote;
  };
  std::vector<row_ref> rows;
  /// Number of `rows[0]`, counted from 0 over the data rows of the file.
  std::int64_t first_row = 0;
};

/// Cuts a stream of bytes into rows. A push parser: bytes may be cut anywhere.
/// Holds at most one chunk plus `max_row_bytes`. RFC 4180: quotes, embedded
/// line ends, CRLF or LF, optional BOM, optional last line end, blank lines
/// skipped and not counted. One thread.
class row_cutter {
public:
  /// `rows_per_chunk` rows make a chunk; a chunk also ends at 1 MiB.
  explicit row_cutter(std::size_t rows_per_chunk);

  /// Takes the next bytes; finished chunks are appended to `out`.
  /// Error `invalid_input` for a wrong header; nothing more is taken then.
  caf::error push(std::string_view bytes, std::vector<csv_chunk>& out);

  /// Ends the file; the last, perhaps shorter chunk is appended to `out`.
  /// Error `invalid_input` for a file without a header ("the file is empty").
  caf::error finish(std::vector<csv_chunk>& out);

  /// Known after the header row was seen.
  const std::optional<csv_dialect>& dialect() const noexcept { return dialect_; }

  /// Data rows seen so far.
  std::int64_t rows() const noexcept { return next_row_; }

private:
  enum class state : std::uint8_t { field_start, plain, quoted, quote_in_quoted };

  void end_row(std::vector<csv_chunk>& out);
  caf::error take_header();

  std::size_t rows_per_chunk_;
  std::optional<csv_dialect> dialect_;
  csv_chunk current_;
  std::size_t row_begin_ = 0;
  std::int64_t next_row_ = 0;
  state state_ = state::field_start;
  bool overlong_ = false;
  bool failed_ = false;
};

/// Splits one row into the six fields named by `dialect`. Quoted fields are
/// unquoted into `scratch` (which must outlive the views). On failure the
/// answer's code is "field_count" or "quote_syntax".
std::optional<field_error> split_row(std::string_view row, const csv_dialect& dialect,
                                     std::string& scratch, raw_debt& out);

} // namespace bankslip::domain
