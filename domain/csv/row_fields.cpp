#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "domain/csv/field_splitter.hpp"
#include "domain/csv/row_cutter.hpp"

namespace bankslip::domain {

namespace {

constexpr std::array<std::string_view raw_debt::*, 6> members = {
    &raw_debt::name,        &raw_debt::government_id, &raw_debt::email,
    &raw_debt::debt_amount, &raw_debt::debt_due_date, &raw_debt::debt_id,
};

field_error row_error(std::string_view row, std::string code, std::string message) {
  return {{}, std::move(code), std::move(message), clean_utf8(row, 100)};
}

} // namespace

bool field_splitter::next_quoted(std::size_t opening, std::string_view& field) {
  auto begin = opening + 1;
  auto copied = scratch_.size();
  bool doubled = false;
  auto quote = row_.find('"', begin);
  while (quote != std::string_view::npos && quote + 1 < row_.size() && row_[quote + 1] == '"') {
    // All copies of a row together are no longer than the row: no view moves.
    scratch_.reserve(row_.size());
    scratch_.append(row_, begin, quote + 1 - begin);
    doubled = true;
    begin = quote + 2;
    quote = row_.find('"', begin);
  }
  if (quote == std::string_view::npos)
    return give_up("its quote is never closed");
  auto end = after_blanks(quote + 1);
  if (end < row_.size() && row_[end] != separator_)
    return give_up("text follows its closing quote");
  field = row_.substr(begin, quote - begin);
  if (doubled) {
    scratch_.append(field);
    field = std::string_view{scratch_}.substr(copied);
  }
  field = without_blanks(field);
  advance(end);
  return true;
}

std::optional<field_error> split_row(std::string_view row, const csv_dialect& dialect,
                                     std::string& scratch, raw_debt& out) {
  field_splitter fields{row, dialect.separator, scratch};
  out.form = dialect.amounts;
  std::string_view field;
  for (std::size_t i = 0; fields.next(field); ++i)
    for (std::size_t k = 0; k < members.size(); ++k)
      if (dialect.position[k] == i)
        out.*members[k] = field;
  if (fields.fault() != nullptr)
    return row_error(row, "quote_syntax",
                     "field " + std::to_string(fields.count() + 1) + ": " + fields.fault());
  if (fields.count() != dialect.columns)
    return row_error(row, "field_count",
                     "the row has " + std::to_string(fields.count()) + " fields, the header line "
                         + std::to_string(dialect.columns));
  return std::nullopt;
}

std::optional<field_error> row_fault(const csv_chunk& chunk, std::size_t index) {
  const auto& row = chunk.rows[index];
  if (row.unclosed_quote)
    return row_error({}, "unclosed_quote",
                     "quote never closed (opened in data row "
                         + std::to_string(chunk.first_row + static_cast<std::int64_t>(index))
                         + ")");
  if (row.too_long)
    return row_error({}, "row_too_long",
                     "the row is longer than " + std::to_string(max_row_bytes) + " bytes");
  return std::nullopt;
}

} // namespace bankslip::domain
