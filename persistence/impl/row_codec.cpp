#include "persistence/impl/row_codec.hpp"

#include <string>
#include <utility>

#include "domain/settlement/prefetch.hpp"
#include "persistence/impl/row_reader.hpp"
#include "persistence/impl/text.hpp"

namespace bankslip::persistence {

namespace {

using domain::debt_status;

constexpr std::int16_t copy_columns = 14;
constexpr std::size_t slice_size = 128 * 1024;

#define STORED_COLUMNS                                                                             \
  "debt_id, name, government_id, email, debt_amount, debt_due_date, bankslip_file, propagated, "   \
  "status, failure, attempt, put_offs, upload_id, upload_row, slip_details, mail_tried_at, "       \
  "created_at, updated_on"

/// The column `status` for a row; empty where the state follows from others.
std::string_view problem_name(bool propagated, debt_status s) noexcept {
  if (propagated || (s != debt_status::failed && s != debt_status::in_doubt))
    return {};
  return to_string(s);
}

void add_array(binary_params& out, array_writer&& a) { out.push_back(a.take()); }

void append_row(binary_writer& w, const domain::new_row& row, domain::utc_time now,
                std::string& storage) {
  const auto& d = *row.content;
  w.int16(copy_columns);
  w.field(d.debt_id);
  w.field(d.name);
  w.field(d.government_id);
  w.field(d.email);
  w.field(d.amount);
  w.field(d.due_date);
  w.field_or_null(row.linha_digitavel);
  w.field(row.propagated);
  if (row.linha_digitavel.empty())
    w.null();
  else
    w.field(now);
  w.field_or_null(problem_name(row.propagated, row.status));
  w.field_or_null(clean_text(row.failure, storage));
  if (row.from) {
    w.field(row.from.upload_id);
    w.field(row.from.row);
  } else {
    w.null();
    w.null();
  }
  w.field_or_null(row.slip_details);
}

} // namespace

const char* const copy_statement =
    "copy bankslips (debt_id, name, government_id, email, debt_amount, debt_due_date, "
    "bankslip_file, propagated, updated_on, status, failure, upload_id, upload_row, slip_details) "
    "from stdin (format binary)";

std::string_view copy_stream::next() {
  slice_.clear();
  if (!std::exchange(begun_, true)) {
    slice_.raw({"PGCOPY\n\377\r\n\0", 11});
    slice_.int32(0); // flags
    slice_.int32(0); // no header extension
  }
  for (; next_row_ < rows_.size() && slice_.view().size() < slice_size; ++next_row_) {
    domain::prefetch_debts(
        next_row_, rows_.size(), [this](auto n) -> auto& { return *rows_[n].content; },
        &domain::debt::debt_id, &domain::debt::name, &domain::debt::email);
    append_row(slice_, rows_[next_row_], now_, storage_);
  }
  if (next_row_ == rows_.size() && !std::exchange(ended_, true))
    slice_.int16(-1);
  return slice_.view();
}

const statement insert_statement{
    "insert_rows",
    "insert into bankslips (debt_id, name, government_id, email, debt_amount, debt_due_date, "
    "bankslip_file, propagated, updated_on, status, failure, upload_id, upload_row, slip_details) "
    "select i, n, g, e, a, d, f, p, case when f is not null then now() end, s, x, u, r, j "
    "from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::numeric[], $6::date[], "
    "$7::text[], $8::boolean[], $9::text[], $10::text[], $11::bigint[], $12::bigint[], "
    "$13::text[]) as t (i, n, g, e, a, d, f, p, s, x, u, r, j) "
    "on conflict (debt_id) do nothing returning debt_id"};

binary_params insert_params(std::span<const domain::new_row> rows) {
  auto n = rows.size();
  array_writer ids{pg_type::text, n}, names{pg_type::text, n}, documents{pg_type::text, n},
      emails{pg_type::text, n}, amounts{pg_type::numeric, n}, dates{pg_type::date, n},
      slips{pg_type::text, n}, propagated{pg_type::boolean, n}, states{pg_type::text, n},
      failures{pg_type::text, n}, uploads{pg_type::int8, n}, upload_rows{pg_type::int8, n},
      details{pg_type::text, n};
  std::string storage;
  for (const auto& row : rows) {
    ids.add(row.content->debt_id);
    names.add(row.content->name);
    documents.add(row.content->government_id);
    emails.add(row.content->email);
    amounts.add(row.content->amount);
    dates.add(row.content->due_date);
    slips.add_or_null(row.linha_digitavel);
    propagated.add(row.propagated);
    states.add_or_null(problem_name(row.propagated, row.status));
    failures.add_or_null(clean_text(row.failure, storage));
    if (row.from) {
      uploads.add(row.from.upload_id);
      upload_rows.add(row.from.row);
    } else {
      uploads.add_null();
      upload_rows.add_null();
    }
    details.add_or_null(row.slip_details);
  }
  binary_params out;
  for (auto* a : {&ids, &names, &documents, &emails, &amounts, &dates, &slips, &propagated, &states,
                  &failures, &uploads, &upload_rows, &details})
    add_array(out, std::move(*a));
  return out;
}

// A slip stands for ever: an update without one leaves it.
const statement update_statement{
    "update_rows",
    "update bankslips b set propagated = (t.s = 'emailed'), "
    "status = case when t.s in ('failed', 'in_doubt') then t.s end, "
    "bankslip_file = coalesce(t.f, nullif(b.bankslip_file, '')), "
    "slip_details = coalesce(t.j, b.slip_details), failure = t.x, put_offs = t.o, "
    "mail_tried_at = t.m, updated_on = now() "
    "from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], "
    "$7::timestamptz[]) as t (i, s, f, j, x, o, m) where b.debt_id = t.i"};

binary_params update_params(std::span<const domain::row_update> updates) {
  auto n = updates.size();
  array_writer ids{pg_type::text, n}, states{pg_type::text, n}, slips{pg_type::text, n},
      details{pg_type::text, n}, failures{pg_type::text, n}, put_offs{pg_type::int4, n},
      tried{pg_type::timestamptz, n};
  std::string storage;
  for (const auto& u : updates) {
    ids.add(u.debt_id);
    states.add(to_string(u.status));
    slips.add_or_null(u.linha_digitavel);
    details.add_or_null(u.slip_details);
    failures.add_or_null(clean_text(u.failure, storage));
    put_offs.add(static_cast<std::int32_t>(u.put_offs));
    if (u.mail_tried_at)
      tried.add(*u.mail_tried_at);
    else
      tried.add_null();
  }
  binary_params out;
  for (auto* a : {&ids, &states, &slips, &details, &failures, &put_offs, &tried})
    add_array(out, std::move(*a));
  return out;
}

const statement find_statement{"find_rows", "select " STORED_COLUMNS
                                            " from bankslips where debt_id = any($1::text[])"};

const statement lock_statement{
    "lock_rows", "select " STORED_COLUMNS
                 " from bankslips where debt_id = any($1::text[]) order by debt_id for update"};

binary_params key_params(std::span<const std::string_view> ids) {
  array_writer keys{pg_type::text, ids.size()};
  for (auto id : ids)
    keys.add(id);
  binary_params out;
  add_array(out, std::move(keys));
  return out;
}

std::vector<domain::stored_debt> read_rows(const PGresult* result) {
  std::vector<domain::stored_debt> out;
  row_reader reader{result};
  auto n = PQntuples(result);
  out.reserve(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i)
    out.push_back(reader.read(i));
  return out;
}

} // namespace bankslip::persistence
