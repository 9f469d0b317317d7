#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "domain/csv/field_splitter.hpp"
#include "domain/csv/header_step.hpp"
#include "domain/csv/row_cutter.hpp"
#include "domain/error.hpp"

namespace bankslip::domain {

namespace {

constexpr std::array<std::string_view, 6> header_names = {
    "name", "governmentId", "email", "debtAmount", "debtDueDate", "debtId",
};

constexpr std::array<std::string_view raw_debt::*, 6> members = {
    &raw_debt::name,        &raw_debt::government_id, &raw_debt::email,
    &raw_debt::debt_amount, &raw_debt::debt_due_date, &raw_debt::debt_id,
};

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

caf::error header_error(std::string text) {
  return make_error(errc::invalid_input, "the header line " + std::move(text));
}

std::string_view trim(std::string_view text) noexcept {
  auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

char separator_of(std::string_view header) noexcept {
  auto state = quote_state::field_start;
  char separator = 0;
  for (auto c : header)
    step_header(c, state, separator);
  return separator == 0 ? ',' : separator;
}

std::string missing(const csv_dialect& dialect) {
  std::string names;
  for (std::size_t k = 0; k < header_names.size(); ++k) {
    if (dialect.position[k] != nowhere)
      continue;
    names += names.empty() ? "" : ", ";
    names += header_names[k];
  }
  return names;
}

field_error row_error(std::string_view row, std::string code, std::string message) {
  return {{}, std::move(code), std::move(message), clean_utf8(row, 100)};
}

} // namespace

bool field_splitter::next_quoted(std::string_view& field) {
  auto begin = at_ + 1;
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
  if (quote + 1 < row_.size() && row_[quote + 1] != separator_)
    return give_up("text follows its closing quote");
  field = row_.substr(begin, quote - begin);
  if (doubled) {
    scratch_.append(field);
    field = std::string_view{scratch_}.substr(copied);
  }
  advance(quote + 1);
  return true;
}

caf::expected<csv_dialect> parse_header(std::string_view row) {
  if (row.substr(0, 3) == "\xEF\xBB\xBF")
    row.remove_prefix(3);
  csv_dialect dialect;
  dialect.separator = separator_of(row);
  dialect.decimal_separator = dialect.separator == ';' ? ',' : '.';
  dialect.position.fill(nowhere);
  std::string scratch;
  std::string_view field;
  field_splitter fields{row, dialect.separator, scratch};
  while (fields.next(field)) {
    auto name = std::find(header_names.begin(), header_names.end(), trim(field));
    if (name == header_names.end())
      continue;
    auto& position = dialect.position[static_cast<std::size_t>(name - header_names.begin())];
    if (position != nowhere)
      return header_error("has the column " + std::string{*name} + " more than once");
    position = fields.count() - 1;
  }
  dialect.columns = fields.count();
  if (fields.fault() != nullptr)
    return header_error("has a wrong field " + std::to_string(fields.count() + 1) + ": "
                        + fields.fault());
  if (auto names = missing(dialect); !names.empty())
    return header_error("lacks the columns: " + names);
  return dialect;
}

std::optional<field_error> split_row(std::string_view row, const csv_dialect& dialect,
                                     std::string& scratch, raw_debt& out) {
  field_splitter fields{row, dialect.separator, scratch};
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
