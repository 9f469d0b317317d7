// A CSV file in any pieces: the rows are those that a slow reader sees, their
// fields too, and what is valid survives its way over the topic.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/csv/row_cutter.hpp"
#include "domain/validation.hpp"
#include "kafka/kafka.hpp"
#include "tests/domain/csv/csv_cutting.hpp"
#include "tests/fuzz/require.hpp"

using namespace bankslip;

namespace {

constexpr std::string_view header = "name,governmentId,email,debtAmount,debtDueDate,debtId\n";

std::vector<std::string_view> pieces_of(std::string_view file, std::size_t size) {
  std::vector<std::string_view> out;
  for (; file.size() > size; file.remove_prefix(size))
    out.push_back(file.substr(0, size));
  out.push_back(file);
  return out;
}

void check_fields(const tests::seen_row& row, const domain::csv_dialect& dialect) {
  std::string scratch;
  domain::raw_debt raw;
  auto fault = domain::split_row(row.bytes, dialect, scratch, raw);
  auto fields = tests::reference_fields(row.bytes, dialect.separator);
  require(!fault == (fields && fields->size() == dialect.columns));
  if (fault)
    return;
  const std::string_view seen[] = {raw.name,        raw.government_id, raw.email,
                                   raw.debt_amount, raw.debt_due_date, raw.debt_id};
  for (std::size_t i = 0; i < std::size(seen); ++i)
    require(seen[i] == (*fields)[dialect.position[i]]);
  domain::debt debt;
  if (!domain::validate(raw, debt).empty())
    return;
  static auto codec = kafka::make_json_codec();
  std::string json;
  codec->encode(debt, json);
  domain::debt back;
  require(!codec->decode(json, back) && back == debt);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  // Its low bit: whether a good header is put before the rest.
  std::string file;
  if ((data[0] & 1) != 0)
    file = header;
  file.append(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto whole = tests::cut_pieces({file});
  auto parts = tests::cut_pieces(pieces_of(file, 1U + (data[0] >> 1)));
  require(!whole.error == !parts.error && whole.rows == parts.rows);
  if (whole.error)
    return 0;
  domain::row_cutter cutter{1};
  std::vector<domain::csv_chunk> chunks;
  require(!cutter.push(file, chunks) && !cutter.finish(chunks));
  auto dialect = *cutter.dialect();
  auto expected = tests::reference_rows(file, dialect.separator);
  require(!expected.empty());
  expected.erase(expected.begin());
  require(whole.rows == expected);
  for (const auto& row : whole.rows)
    if (!row.too_long && !row.unclosed_quote)
      check_fields(row, dialect);
  return 0;
}
