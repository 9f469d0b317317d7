#include "persistence/impl/check_codec.hpp"

#include "persistence/impl/row_reader.hpp"

namespace bankslip::persistence {

#define CHECKED_COLUMNS                                                                            \
  "debt_id, name, government_id, email, debt_amount, debt_due_date, propagated, status, "          \
  "upload_id, upload_row, ctid"

const statement check_statement{"check_rows", "select " CHECKED_COLUMNS
                                              " from bankslips where debt_id = any($1::text[])"};

const statement check_locations_statement{
    "check_locations", "select " CHECKED_COLUMNS " from bankslips where ctid = any($1::tid[])"};

binary_params location_params(std::span<const std::pair<row_location, std::uint32_t>> locations) {
  binary_params out;
  array_writer tids{pg_type::tid, locations.size()};
  for (const auto& [where, index] : locations)
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
  auto from = reader.read_origin(row, 8);
  if (reader.has_content(row, *debts_[asked])) {
    out_.same.push_back({asked, from});
    return;
  }
  domain::stored_debt found;
  reader.read_content(row, found.content);
  found.status = status;
  found.from = from;
  add(std::move(found), asked);
}

void checked_rows::add(domain::stored_debt row, std::uint32_t asked) {
  out_.rows.push_back(std::move(row));
  out_.asked.push_back(asked);
}

} // namespace bankslip::persistence
