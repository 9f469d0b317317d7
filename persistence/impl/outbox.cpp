#include "persistence/impl/outbox.hpp"

#include "persistence/impl/text.hpp"

namespace bankslip::persistence {

namespace {

domain::outbox_entry read_entry(const text_row& row) {
  domain::outbox_entry e;
  e.id = row[0].as<std::int64_t>();
  e.kind = row[1].c_str() == std::string_view{"process"} ? domain::outbox_kind::process
                                                         : domain::outbox_kind::dead_letter;
  e.null_key = row[2].is_null();
  if (!e.null_key)
    e.key = row[2].c_str();
  e.null_value = row[3].is_null();
  if (!e.null_value)
    e.value = parse_hex(row[3].c_str());
  auto headers = parse_text_array(row[4].c_str());
  for (std::size_t i = 0; i + 1 < headers.size(); i += 2)
    e.headers.push_back({headers[i], headers[i + 1]});
  e.waited = std::chrono::milliseconds{row[5].as<std::int64_t>()};
  return e;
}

} // namespace

caf::expected<std::vector<domain::outbox_entry>> claim_outbox(debt_store_connection& c, int limit,
                                                              std::chrono::milliseconds claim) {
  auto r = c.statement(
      "claim outbox entries",
      "with due as materialized (select id, coalesce(octet_length(value), 0) "
      "+ coalesce(octet_length(key), 0) "
      "+ octet_length(array_to_string(headers, '')) as size from outbox "
      "where due_at <= now() order by due_at limit $1::int for update skip locked), "
      "few as (select id, row_number() over by_id as n, sum(size) over by_id as bytes "
      "from due window by_id as (order by id)), "
      "claimed as (update outbox o set first_due_at = coalesce(o.first_due_at, o.due_at), "
      "due_at = clock_timestamp() + $2::bigint * interval '1 millisecond' "
      "from few s where o.id = s.id and (s.n = 1 or s.bytes <= 4194304) "
      "returning o.id, o.kind, o.key, o.value, o.headers, "
      "(extract(epoch from clock_timestamp() - o.first_due_at) * 1000)::bigint as waited) "
      "select * from claimed order by id",
      limit, claim);
  if (!r)
    return r.error();
  std::vector<domain::outbox_entry> out;
  for (const auto& row : *r)
    out.push_back(read_entry(row));
  return out;
}

caf::error finish_outbox(debt_store_connection& c, std::span<const std::int64_t> ids) {
  if (ids.empty())
    return {};
  return c.execute("remove outbox entries", "delete from outbox where id = any($1::bigint[])",
                   array_literal(ids));
}

} // namespace bankslip::persistence
