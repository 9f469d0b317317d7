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

binary_params place_params(std::span<const std::pair<place, std::size_t>> places) {
  binary_params out;
  array_writer tids{pg_type::tid, places.size()};
  for (const auto& [where, index] : places)
    tids.add(where);
  out.push_back(tids.take());
  return out;
}

void checked_rows::add(const PGresult* result, int row) {
  row_reader reader{result};
  auto status = reader.status(row, 6, false);
  if (!is_final(status)) {
    open_.emplace_back(reader.text(row, 0));
    return;
  }
  if (out_.size() == used_)
    out_.emplace_back();
  auto& d = out_[used_++];
  // Of what was there before only the texts' memory is taken over.
  domain::stored_debt fresh;
  fresh.content = std::move(d.content);
  reader.read_content(row, fresh.content);
  fresh.status = status;
  fresh.from = reader.read_origin(row, 8);
  d = std::move(fresh);
}

std::vector<std::string> checked_rows::finish() {
  out_.resize(used_);
  return std::move(open_);
}

} // namespace bankslip::persistence
