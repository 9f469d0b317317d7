#include "persistence/impl/check_codec.hpp"

#include "persistence/impl/row_reader.hpp"

namespace bankslip::persistence {

#define CHECKED_COLUMNS                                                                            \
  "debt_id, name, government_id, email, debt_amount, debt_due_date, propagated, status, "          \
  "upload_id, upload_row, ctid"

const statement check_statement{"check_rows", "select " CHECKED_COLUMNS
                                              " from bankslips where debt_id = any($1::text[])"};

const statement check_places_statement{
    "check_places", "select " CHECKED_COLUMNS " from bankslips where ctid = any($1::tid[])"};

binary_params place_params(std::span<const std::pair<place, std::uint32_t>> places) {
  binary_params out;
  array_writer tids{pg_type::tid, places.size()};
  for (const auto& [where, index] : places)
    tids.add(where);
  out.push_back(tids.take());
  return out;
}

void checked_rows::add(const PGresult* result, int row, std::uint32_t asked) {
  row_reader reader{result};
  auto status = reader.status(row, 6, false);
  if (!is_final(status)) {
    open_.push_back(asked);
    return;
  }
  auto used = out_.asked.size();
  if (out_.rows.size() == used)
    out_.rows.emplace_back();
  out_.asked.push_back(asked);
  auto& d = out_.rows[used];
  // Of what was there before only the texts' memory is taken over.
  domain::stored_debt fresh;
  fresh.content = std::move(d.content);
  reader.read_content(row, fresh.content);
  fresh.status = status;
  fresh.from = reader.read_origin(row, 8);
  d = std::move(fresh);
}

std::vector<std::uint32_t> checked_rows::finish() {
  out_.rows.resize(out_.asked.size());
  return std::move(open_);
}

} // namespace bankslip::persistence
