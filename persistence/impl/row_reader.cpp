#include "persistence/impl/row_reader.hpp"

namespace bankslip::persistence {

domain::debt_status row_reader::status(int row, int column, bool has_slip) const noexcept {
  if (auto propagated = value(row, column); propagated && *propagated)
    return domain::debt_status::emailed;
  if (auto problem = text(row, column + 1); !problem.empty())
    return problem == "failed" ? domain::debt_status::failed : domain::debt_status::in_doubt;
  return has_slip ? domain::debt_status::generated : domain::debt_status::imported;
}

void row_reader::read_content(int row, domain::debt& d) const {
  d.debt_id = text(row, 0);
  d.name = text(row, 1);
  d.government_id = text(row, 2);
  d.email = text(row, 3);
  d.amount = amount(row);
  d.due_date = due_date(row);
}

bool row_reader::has_content(int row, const domain::debt& d) const noexcept {
  return amount(row) == d.amount && due_date(row) == d.due_date && text(row, 2) == d.government_id
         && text(row, 1) == d.name && text(row, 3) == d.email;
}

domain::money row_reader::amount(int row) const noexcept {
  auto v = value(row, 4);
  return v ? read_money(v) : domain::money{};
}

domain::date row_reader::due_date(int row) const noexcept {
  auto v = value(row, 5);
  return v ? read_date(v) : domain::date{};
}

domain::origin row_reader::read_origin(int row, int column) const noexcept {
  domain::origin from;
  if (auto v = value(row, column))
    from.upload_id = read_int64(v);
  if (auto v = value(row, column + 1))
    from.row = read_int64(v);
  return from;
}

domain::stored_debt row_reader::read(int row) const {
  domain::stored_debt d;
  read_content(row, d.content);
  d.linha_digitavel = text(row, 6);
  d.status = status(row, 7, !d.linha_digitavel.empty());
  d.failure = text(row, 9);
  d.attempt = read_int16(value(row, 10));
  d.put_offs = read_int16(value(row, 11));
  d.from = read_origin(row, 12);
  d.slip_details = text(row, 14);
  if (auto v = value(row, 15))
    d.mail_tried_at = read_time(v);
  d.created_at = read_time(value(row, 16));
  if (auto v = value(row, 17))
    d.updated_on = read_time(v);
  return d;
}

} // namespace bankslip::persistence
