#include "domain/csv/row_cutter.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "domain/csv/byte_search.hpp"
#include "domain/csv/header_step.hpp"
#include "domain/error.hpp"

namespace bankslip::domain {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::uint8_t bom_decided = 4;
constexpr std::size_t max_chunk_bytes = 1024 * 1024;

/// Finds the ends of data rows in one block. Only quotes and line ends are
/// searched for: whether a quote opens shows in the byte before it.
class row_scan {
public:
  row_scan(std::string_view block, char separator) noexcept
      : block_{block}, separator_{separator}, lines_{block, '\n'}, quotes_{block, '"'} {}

  /// Position of the LF that ends the row under way at `at`, the block's size
  /// when it goes on. `state` is carried from block to block.
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
      } else if (auto line = lines_.from(at); line <= quotes_.from(at)) {
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
  forward_search lines_;
  forward_search quotes_;
};

caf::error long_header() {
  return make_error(errc::invalid_input,
                    "the header line is longer than " + std::to_string(max_row_bytes) + " bytes");
}

} // namespace

row_cutter::row_cutter(std::size_t rows_per_chunk)
    : rows_per_chunk_{std::max<std::size_t>(rows_per_chunk, 1)} {}

caf::error row_cutter::push(std::string_view bytes, std::vector<csv_chunk>& out) {
  while (bom_bytes_ < bom_decided && !bytes.empty()) {
    if (bom_bytes_ < byte_order_mark.size() && bytes.front() == byte_order_mark[bom_bytes_]) {
      ++bom_bytes_;
      bytes.remove_prefix(1);
      continue;
    }
    // The beginning of a mark that did not go on is data.
    auto seen = bom_bytes_ % byte_order_mark.size();
    bom_bytes_ = bom_decided;
    if (auto e = cut(byte_order_mark.substr(0, seen), out))
      return e;
  }
  return cut(bytes, out);
}

caf::error row_cutter::cut(std::string_view bytes, std::vector<csv_chunk>& out) {
  std::size_t at = 0;
  while (!failure_ && !dialect_ && at < bytes.size()) {
    auto rest = bytes.substr(at);
    auto end = header_end(rest);
    keep(rest.substr(0, end));
    at += end + 1;
    if (too_long_)
      return fail(long_header());
    if (end < rest.size())
      end_row(out);
  }
  if (failure_ || at >= bytes.size())
    return failure_;
  row_scan scan{bytes, dialect_->separator};
  while (at < bytes.size()) {
    auto end = scan.row_end(at, state_);
    keep(bytes.substr(at, end - at));
    if (end < bytes.size())
      end_row(out);
    at = end + 1;
  }
  return {};
}

std::size_t row_cutter::header_end(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size() && !step_header(bytes[at], state_, header_separator_))
    ++at;
  return at;
}

void row_cutter::keep(std::string_view piece) {
  auto& bytes = current_.bytes;
  // One more than the longest row: it may be the CR of the line end.
  too_long_ = too_long_ || bytes.size() - row_begin_ + piece.size() > max_row_bytes + 1;
  if (too_long_)
    bytes.resize(row_begin_);
  else
    bytes.append(piece);
}

void row_cutter::end_row(std::vector<csv_chunk>& out) {
  auto& bytes = current_.bytes;
  const bool unclosed = state_ == quote_state::quoted;
  if (bytes.size() > row_begin_ && bytes.back() == '\r' && !unclosed)
    bytes.pop_back();
  if (bytes.size() - row_begin_ > max_row_bytes)
    too_long_ = true;
  if (bytes.size() == row_begin_ && !too_long_ && !unclosed)
    return;
  if (!dialect_) {
    take_header();
    return;
  }
  if (too_long_ || unclosed)
    bytes.resize(row_begin_);
  current_.rows.push_back({static_cast<std::uint32_t>(row_begin_),
                           static_cast<std::uint32_t>(bytes.size() - row_begin_), too_long_,
                           unclosed});
  row_begin_ = bytes.size();
  too_long_ = false;
  ++next_row_;
  if (current_.rows.size() >= rows_per_chunk_ || bytes.size() >= max_chunk_bytes)
    emit(out);
}

void row_cutter::take_header() {
  auto parsed =
      too_long_ ? caf::expected<csv_dialect>{long_header()} : parse_header(current_.bytes);
  current_.bytes.clear();
  if (parsed)
    dialect_ = *parsed;
  else
    fail(parsed.error());
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
  if (bom_bytes_ > 0 && bom_bytes_ < byte_order_mark.size()) {
    auto seen = std::exchange(bom_bytes_, bom_decided);
    cut(byte_order_mark.substr(0, seen), out);
  }
  if (!failure_)
    end_row(out);
  if (failure_)
    return failure_;
  if (!dialect_)
    return fail(make_error(errc::invalid_input, "the file is empty"));
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
