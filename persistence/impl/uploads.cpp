#include "persistence/impl/uploads.hpp"

#include <algorithm>

#include "persistence/impl/text.hpp"
#include "persistence/impl/text_rows.hpp"
#include "persistence/impl/upload_mail.hpp"

namespace bankslip::persistence {

domain::upload_record read_upload(const text_row& row) {
  domain::upload_record u;
  read_columns(upload_columns, text_cell{row}, u);
  // Workers may have seen more of it than its process has told so far.
  if (u.state == domain::upload_state::receiving)
    u.accepted = std::max(u.accepted, u.ended());
  return u;
}

namespace {

using domain::errc;
using domain::upload_state;

/// Uploads of the view that `which` chooses, newest first; `tail` columns come last.
std::string select_uploads(const std::string& which, const std::string& tail = "") {
  return "select " + names_of(upload_columns) + ", " + outlook_columns + tail
         + " from (select * from upload_states where " + which
         + ") as u cross join lateral mail_outlook(upload_id) cross join mail_speed() "
           "order by upload_id desc";
}

domain::upload_record read_with_outlook(const text_row& row) {
  auto u = read_upload(row);
  u.outlook = read_outlook(row, upload_column_count);
  if (domain::is_stopped(u.mail))
    u.outlook->ends_at.reset();
  return u;
}

caf::expected<std::vector<domain::upload_record>>
read_uploads(const caf::expected<text_result>& rows) {
  if (!rows)
    return rows.error();
  std::vector<domain::upload_record> out;
  for (const auto& row : *rows)
    out.push_back(read_with_outlook(row));
  return out;
}

/// The first of `rows`, up to a mebibyte of `raw`.
std::span<const domain::row_problem> take_slice(std::span<const domain::row_problem>& rows) {
  std::size_t n = 0;
  for (std::size_t bytes = 0; n < rows.size() && bytes < 1 << 20; ++n)
    bytes += rows[n].raw.size();
  auto slice = rows.first(n);
  rows = rows.subspan(n);
  return slice;
}

/// As parameters of a statement: empty text is null.
std::string header_literal(const domain::file_form& form) { return hex_literal(form.header); }
std::string separator_text(const domain::file_form& form) {
  return std::string(form.separator == 0 ? 0 : 1, form.separator);
}

caf::error record_slice(debt_store_connection& c, std::int64_t upload_id,
                        const domain::file_form& form, std::span<const domain::row_problem> rows) {
  using domain::row_problem;
  return c.execute(
      "record problems of an upload",
      "with form as (update uploads set header = nullif($8::text, '\\x')::bytea, "
      "separator = nullif($9::text, '') where upload_id = $1::bigint "
      "and header is null and $8::text <> '\\x') "
      "insert into upload_problems (upload_id, \"row\", debt_id, field, code, "
      "error, raw) select $1::bigint, r, i, f, c, e, nullif(w, '') "
      "from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], "
      "$6::text[], $7::bytea[]) as t (r, i, f, c, e, w) order by r "
      "on conflict do nothing",
      upload_id, array_literal(rows, &row_problem::row), array_literal(rows, &row_problem::debt_id),
      array_literal(rows, &row_problem::field), array_literal(rows, &row_problem::code),
      array_literal(rows, &row_problem::error),
      array_literal(rows, [](const row_problem& p) { return hex_literal(p.raw); }),
      header_literal(form), separator_text(form));
}

} // namespace

caf::expected<std::int64_t> open_upload(debt_store_connection& c, const std::string& topic,
                                        std::chrono::milliseconds lease) {
  auto r = c.statement("open an upload",
                       "insert into uploads (lease_until, topic) values (clock_timestamp() + "
                       "$1::bigint * interval '1 millisecond', $2::text) returning upload_id",
                       lease, topic);
  if (!r)
    return r.error();
  return (*r)[0][0].as<std::int64_t>();
}

caf::error renew_uploads(debt_store_connection& c, std::span<const domain::upload_so_far> uploads,
                         std::chrono::milliseconds lease) {
  if (uploads.empty())
    return {};
  const auto totals = [&](std::int64_t domain::upload_totals::*number) {
    return array_literal(uploads, [=](const auto& u) { return u.totals.*number; });
  };
  return c.execute("renew the leases of uploads",
                   "update uploads u set lease_until = clock_timestamp() + "
                   "$5::bigint * interval '1 millisecond', "
                   "bytes = b, accepted = a, rejected = r "
                   "from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) "
                   "as t (i, b, a, r) where upload_id = i and state = 'receiving'",
                   array_literal(uploads, &domain::upload_so_far::upload_id),
                   totals(&domain::upload_totals::bytes), totals(&domain::upload_totals::accepted),
                   totals(&domain::upload_totals::rejected), lease);
}

caf::error end_upload(debt_store_connection& c, std::int64_t id, upload_state state,
                      const domain::upload_totals& totals, domain::event_set events) {
  auto r =
      c.statement("end an upload",
                  "select close_upload($1::bigint, $2::text, $3::bigint, $4::bigint, $5::bigint, "
                  "nullif($6::text, '\\x')::bytea, nullif($7::text, ''), nullif($8::text, ''), "
                  "nullif($9::text, ''), $10::text[])",
                  id, to_string(state), totals.bytes, totals.accepted, totals.rejected,
                  header_literal(totals.form), separator_text(totals.form), totals.failure.code,
                  clean_text(totals.failure.text), array_literal(events.names()));
  if (!r)
    return r.error();
  const auto now = (*r)[0][0];
  if (now.is_null())
    return domain::make_error(errc::not_found, "no upload " + std::to_string(id));
  if (now.c_str() == to_string(state))
    return {};
  return domain::make_error(errc::wrong_state, "upload " + std::to_string(id) + " is " + now.c_str()
                                                   + ", not receiving");
}

caf::error expire_leases(debt_store_connection& c, domain::event_set events) {
  if (auto error = c.execute("expire uploads", "select expire_uploads($1::text[])",
                             array_literal(events.names())))
    return error;
  // The oldest first, and few at a time.
  if (auto error =
          c.execute("forget old webhooks",
                    "delete from webhook_events where id in (select id from webhook_events "
                    "where id in (select id from webhook_events order by id limit 200) "
                    "and created_at < now() - $1::bigint * interval '1 day' "
                    "order by id for update skip locked)",
                    std::int64_t{domain::webhook_retention.count()}))
    return error;
  // Those that a transaction holds are still in use. A minute more, so that who
  // waited for the end of a dead owner's lease still learns what it may have sent. A range
  // that nobody settles anew was settled before its intent was opened, by one who had lost
  // the partition: what is left of it comes by way of the outbox, within hours.
  return c.execute(
      "remove superseded intents",
      "delete from intents where id in (select id from intents where superseded "
      "and lease_until <= clock_timestamp() - interval '1 minute' "
      "and (fingerprints = '' or covered_to > last_offset "
      "or lease_until <= clock_timestamp() - interval '1 day') for update skip locked)");
}

caf::error record_problems(debt_store_connection& c, std::int64_t upload_id,
                           const domain::file_form& form,
                           std::span<const domain::row_problem> rows) {
  while (!rows.empty())
    if (auto error = record_slice(c, upload_id, form, take_slice(rows)))
      return error;
  return {};
}

caf::expected<std::vector<domain::upload_record>> list_uploads(debt_store_connection& c, int limit,
                                                               std::int64_t after) {
  static const std::string text = select_uploads(
      "$2::bigint = 0 or upload_id < $2::bigint order by upload_id desc limit $1::int");
  return read_uploads(c.statement("list uploads", text, std::max(limit, 0), after));
}

caf::expected<std::vector<domain::upload_record>>
find_uploads(debt_store_connection& c, std::span<const std::int64_t> ids, int newest) {
  static const std::string text =
      select_uploads("upload_id = any($1::bigint[] || array(select upload_id from uploads "
                     "order by upload_id desc limit $2::int))");
  return read_uploads(c.statement("find uploads", text, array_literal(ids), std::max(newest, 0)));
}

caf::expected<domain::upload_record> find_upload(debt_store_connection& c, std::int64_t id) {
  static const std::string text = select_uploads("upload_id = $1::bigint", ", header, separator");
  auto r = c.statement("find an upload", text, id);
  if (!r)
    return r.error();
  if (r->empty())
    return domain::make_error(errc::not_found, "no upload " + std::to_string(id));
  const auto row = (*r)[0];
  auto u = read_with_outlook(row);
  constexpr int header_column = upload_column_count + outlook_column_count;
  if (const auto header = row[header_column]; !header.is_null())
    u.form.header = parse_hex(header.c_str());
  if (const auto separator = row[header_column + 1]; !separator.is_null())
    u.form.separator = *separator.c_str();
  return u;
}

caf::expected<std::vector<domain::row_problem>>
upload_problems(debt_store_connection& c, std::int64_t id, std::int64_t after_row, int limit) {
  auto r = c.statement(
      "read problems of an upload",
      "with page as ("
      "(select \"row\" as r, debt_id as i, field as f, code as c, error as e, raw as w "
      "from upload_problems "
      "where upload_id = $1::bigint and \"row\" > $2::bigint order by \"row\" limit $3::int) "
      "union all "
      "(select upload_row, debt_id, '', coalesce(status, 'put_off'), coalesce(failure, ''), null "
      "from bankslips where upload_id = $1::bigint and upload_row > $2::bigint "
      "and (status is not null or failure is not null) and status is distinct from 'held' "
      "and not propagated "
      "order by upload_row limit $3::int) "
      "order by r, c limit $3::int), "
      "sized as (select page.*, row_number() over by_row as n, "
      "sum(octet_length(w)) over by_row as bytes from page window by_row as (order by r, c)) "
      "select r, i, f, c, e, w from sized where n = 1 or bytes is null or bytes <= 4194304 "
      "order by r, c",
      id, after_row, std::max(limit, 0));
  if (!r)
    return r.error();
  if (r->empty())
    if (auto upload = find_upload(c, id); !upload)
      return upload.error();
  std::vector<domain::row_problem> out;
  for (const auto& row : *r)
    out.push_back({row[0].as<std::int64_t>(), row[1].c_str(), row[2].c_str(), row[3].c_str(),
                   row[4].c_str(), parse_hex(row[5].c_str())});
  return out;
}

} // namespace bankslip::persistence
