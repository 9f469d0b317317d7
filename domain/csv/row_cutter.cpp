#include "domain/csv/row_cutter.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "domain/csv/byte_search.hpp"
#include "domain/csv/header.hpp"
#include "domain/csv/header_step.hpp"
#include "domain/error.hpp"

namespace bankslip::domain {

namespace {

/// So many lines that are no header are looked at for the one that is.
constexpr std::size_t max_title_lines = 20;
constexpr std::size_t max_chunk_bytes = 1024 * 1024;

/// Finds the ends of data rows in one block. Only quotes and line ends are
/// searched for: whether a quote opens shows in the byte before it.
class row_scan {
public:
  row_scan(std::string_view block, char separator) noexcept
      : block_{block},
        separator_{separator}, feeds_{block, '\n'}, returns_{block, '\r'}, quotes_{block, '"'} {}

  /// Position of the LF or CR that ends the row under way at `at`, the block's
  /// size when it goes on. `state` is carried from block to block.
  std::size_t row_end(std::size_t at, quote_state& state) noexcept {
    while (at < block_.size()) {
      if (state == quote_state::quoted) {
        at = quotes_.from(at) + 1;
        if (at > block_.size())
          break;
        state = quote_state::quote_in_quoted;
      } else if (state == quote_state::quote_in_quoted && block_[at] == '"') {
        state = quote_state::quoted;
        ++at;
      } else if (auto line = std::min(feeds_.from(at), returns_.from(at));
                 line <= quotes_.from(at)) {
        auto fresh = line < block_.size() || block_.back() == separator_;
        state = fresh ? quote_state::field_start : quote_state::plain;
        return line;
      } else {
        auto quote = quotes_.from(at);
        auto opens =
            quote > at ? block_[quote - 1] == separator_ : state == quote_state::field_start;
        state = opens ? quote_state::quoted : quote_state::plain;
        at = quote + 1;
      }
    }
    return block_.size();
  }

private:
  std::string_view block_;
  char separator_;
  forward_search feeds_;
  forward_search returns_;
  forward_search quotes_;
};

caf::error long_header() {
  return make_error(errc::invalid_input,
                    "the header line is longer than " + std::to_string(max_row_bytes) + " bytes");
}

} // namespace

row_cutter::row_cutter(std::size_t rows_per_chunk, text_encoding encoding)
    : rows_per_chunk_{std::max<std::size_t>(rows_per_chunk, 1)}, reader_{encoding} {}

caf::error row_cutter::push(std::string_view bytes, std::vector<csv_chunk>& out) {
  return failure_ ? failure_ : cut(reader_.push(bytes), out);
}

caf::error row_cutter::cut(std::string_view bytes, std::vector<csv_chunk>& out) {
  if (!dialect_)
    if (auto problem = cut_header(bytes))
      return fail(std::move(problem));
  if (bytes.empty())
    return {};
  row_scan scan{bytes, dialect_->separator};
  for (std::size_t at = 0; at < bytes.size();) {
    auto end = scan.row_end(at, state_);
    keep(bytes.substr(at, end - at));
    if (end < bytes.size())
      end_row(out);
    at = end + 1;
    // The usual line end; where the block's end divides it, LF ends an empty row.
    if (at < bytes.size() && bytes[at] == '\n' && bytes[end] == '\r')
      ++at;
  }
  return {};
}

// Takes lines off `bytes` until the header was read.
caf::error row_cutter::cut_header(std::string_view& bytes) {
  while (!dialect_ && !bytes.empty()) {
    std::size_t end = 0;
    while (end < bytes.size() && !step_header(bytes[end], state_, told_separator_))
      ++end;
    keep(bytes.substr(0, end));
    if (too_long_)
      return long_header();
    if (end == bytes.size()) {
      bytes = {};
      return {};
    }
    bytes.remove_prefix(end + 1);
    if (auto problem = take_header_line())
      return problem;
  }
  return {};
}

caf::error row_cutter::take_header_line() {
  auto line = std::exchange(current_.bytes, {});
  if (is_blank_line(line))
    return {};
  if (title_lines_ == 0 && told_separator_ == 0)
    if (told_separator_ = told_separator(line); told_separator_ != 0)
      return {};
  auto parsed = parse_header(line, told_separator_);
  if (parsed && title_lines_ > 0)
    return title_above_header(title_, title_lines_);
  if (parsed) {
    dialect_ = *parsed;
    header_ = std::move(line);
    return {};
  }
  if (title_lines_ == 0) {
    title_ = std::move(line);
    title_fault_ = std::move(parsed.error());
  }
  return ++title_lines_ > max_title_lines ? title_fault_ : caf::error{};
}

void row_cutter::keep(std::string_view piece) {
  auto& bytes = current_.bytes;
  too_long_ = too_long_ || bytes.size() - row_begin_ + piece.size() > max_row_bytes;
  if (too_long_)
    bytes.resize(row_begin_);
  else
    bytes.append(piece);
}

void row_cutter::end_row(std::vector<csv_chunk>& out) {
  auto& bytes = current_.bytes;
  const bool unclosed = state_ == quote_state::quoted;
  const bool blank = is_blank_row(std::string_view{bytes}.substr(row_begin_), dialect_->separator);
  if (unclosed || blank)
    bytes.resize(row_begin_);
  if (blank && !unclosed && !too_long_)
    return;
  current_.rows.push_back({static_cast<std::uint32_t>(row_begin_),
                           static_cast<std::uint32_t>(bytes.size() - row_begin_), too_long_,
                           unclosed});
  row_begin_ = bytes.size();
  too_long_ = false;
  ++next_row_;
  if (current_.rows.size() >= rows_per_chunk_ || bytes.size() >= max_chunk_bytes)
    emit(out);
}

void row_cutter::emit(std::vector<csv_chunk>& out) {
  // The next chunk will be about as large.
  auto size =
      std::min(current_.bytes.size() + current_.bytes.size() / 8, max_chunk_bytes + max_row_bytes);
  auto rows = current_.rows.size();
  out.push_back(std::move(current_));
  current_ = csv_chunk{};
  current_.bytes.reserve(size);
  current_.rows.reserve(rows);
  current_.first_row = next_row_;
  row_begin_ = 0;
}

caf::error row_cutter::finish(std::vector<csv_chunk>& out) {
  if (!failure_)
    cut(reader_.finish(), out);
  if (!failure_ && !dialect_)
    if (auto problem = take_header_line())
      return fail(std::move(problem));
  if (failure_)
    return failure_;
  if (!dialect_)
    return fail(title_fault_ ? title_fault_ : make_error(errc::invalid_input, "the file is empty"));
  end_row(out);
  if (!current_.rows.empty())
    emit(out);
  return {};
}

caf::error row_cutter::fail(caf::error why) {
  failure_ = std::move(why);
  current_ = csv_chunk{};
  row_begin_ = 0;
  return failure_;
}

} // namespace bankslip::domain
