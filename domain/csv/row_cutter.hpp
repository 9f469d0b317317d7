#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <caf/error.hpp>
#include <caf/expected.hpp>

#include "domain/text/encoding.hpp"
#include "domain/validation.hpp"

namespace bankslip::domain {

/// Longest row that is taken, in bytes.
constexpr std::size_t max_row_bytes = 64 * 1024;

/// Says where in a row a parser stands.
enum class quote_state : std::uint8_t {
  /// Before a field's first byte; a quote opens here.
  field_start,
  /// In a field without quotes, or after a closing quote.
  plain,
  /// Between the quotes of a field; separators and line ends are data.
  quoted,
  /// After a quote inside quotes: the closing one, or the first of a pair.
  quote_in_quoted,
};

/// Keeps what the header line says about a file: what stands between its fields, how
/// amounts are written, and where each of the six fields stands.
struct csv_dialect {
  char separator = ',';
  amount_form amounts = amount_form::point;
  /// Number of fields that each row must have.
  std::size_t columns = 0;
  /// Position of name, governmentId, email, debtAmount, debtDueDate, debtId.
  std::array<std::size_t, 6> position{};
};

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

/// Finds what makes row `index` of `chunk` unreadable before its fields are looked at:
/// code "row_too_long" or "unclosed_quote". Nothing for a row to be split.
std::optional<field_error> row_fault(const csv_chunk& chunk, std::size_t index);

/// Cuts a stream of bytes into rows. A push parser: bytes may be cut anywhere.
/// Holds at most one chunk plus `max_row_bytes`. One thread.
///
/// RFC 4180, and where that is silent:
/// - a quote opens only at the start of a field, elsewhere it is data;
/// - outside quotes LF and CR each end a row, so CRLF, CR CR LF and CR alone do;
/// - a byte order mark and a first line `sep=X` are no part of the file, the last
///   line end is optional;
/// - rows of nothing but separators and blanks are skipped and not counted, also
///   above the header;
/// - a row that is too long loses its bytes, but its quotes still count;
/// - a quote never closed makes the rest of the file one bad row.
class row_cutter {
public:
  /// `rows_per_chunk` rows (at least 1) make a chunk; a chunk also ends at 1 MiB.
  /// `encoding` holds where no byte order mark says another one; rows are UTF-8.
  explicit row_cutter(std::size_t rows_per_chunk, text_encoding encoding = text_encoding::utf_8);

  /// Takes the next bytes; finished chunks are appended to `out`.
  /// Error `invalid_input` for a wrong header, once it is clear that none of the
  /// next lines is the right one; nothing more is taken then.
  caf::error push(std::string_view bytes, std::vector<csv_chunk>& out);

  /// Ends the file; the last, perhaps shorter chunk is appended to `out`.
  /// Error `invalid_input` for a file without a header ("the file is empty").
  caf::error finish(std::vector<csv_chunk>& out);

  /// Known after the header row was seen.
  const std::optional<csv_dialect>& dialect() const noexcept { return dialect_; }

  /// The header line without its line end, in UTF-8; empty before it was seen.
  const std::string& header() const noexcept { return header_; }

  /// Data rows seen so far.
  std::int64_t rows() const noexcept { return next_row_; }

private:
  caf::error cut(std::string_view bytes, std::vector<csv_chunk>& out);
  caf::error cut_header(std::string_view& bytes);
  caf::error take_header_line();
  void keep(std::string_view piece);
  void end_row(std::vector<csv_chunk>& out);
  void emit(std::vector<csv_chunk>& out);
  caf::error fail(caf::error why);

  std::size_t rows_per_chunk_;
  std::optional<csv_dialect> dialect_;
  csv_chunk current_;
  /// The row under way begins here in `current_.bytes`.
  std::size_t row_begin_ = 0;
  std::int64_t next_row_ = 0;
  quote_state state_ = quote_state::field_start;
  utf8_reader reader_;
  std::string header_;
  /// The separator that a line `sep=X` tells; 0 for none.
  char told_separator_ = 0;
  /// Lines that were no header, the first of them, and what is wrong with it.
  std::size_t title_lines_ = 0;
  std::string title_;
  caf::error title_fault_;
  bool too_long_ = false;
  caf::error failure_;
};

/// Splits one row into the six fields named by `dialect`. Quoted fields with a
/// quote inside are unquoted into `scratch`; the views hold until `scratch` or
/// the bytes of `row` change. On failure the answer's code is "field_count" or
/// "quote_syntax" and its field is empty.
std::optional<field_error> split_row(std::string_view row, const csv_dialect& dialect,
                                     std::string& scratch, raw_debt& out);

} // namespace bankslip::domain
