#include "persistence/impl/settlement_codec.hpp"

#include <array>
#include <map>
#include <string_view>

#include "persistence/impl/row_codec.hpp"
#include "persistence/impl/text.hpp"

namespace bankslip::persistence {

namespace {

/// A column of `upload_progress` that a settlement adds to.
struct added_column {
  std::string_view name;
  std::int64_t domain::upload_progress::*change;
};

constexpr auto added_columns = [] {
  using domain::each_upload_counter;
  std::array<added_column, each_upload_counter.size() + 1> out{};
  for (std::size_t i = 0; i < each_upload_counter.size(); ++i)
    out[i] = {each_upload_counter[i].name, each_upload_counter[i].rows};
  out.back() = {"unslipped", &domain::upload_progress::unslipped};
  return out;
}();

std::string add_progress_text() {
  std::string names;
  std::string arrays;
  std::string sums;
  auto parameter = 3;
  for (const auto& column : added_columns) {
    const std::string name{column.name};
    names += ", " + name;
    arrays += ", $" + std::to_string(++parameter) + "::bigint[]";
    sums += ", " + name + " = p." + name + " + excluded." + name;
  }
  return "insert into upload_progress as p (upload_id, partition, counted_through" + names
         + ", updated_at) select u, $1::int, c" + names
         + ", clock_timestamp() from unnest($2::bigint[], $3::bigint[]" + arrays + ") as t (u, c"
         + names
         + ") on conflict (upload_id, partition) do update set "
           "counted_through = greatest(p.counted_through, excluded.counted_through)"
         + sums + ", updated_at = excluded.updated_at";
}

const statement add_progress_statement{"add_progress", add_progress_text()};

const statement end_uploads_statement{"end_uploads",
                                      "select end_uploads($1::bigint[], $2::bigint, $3::text[])"};

const statement tell_debts_statement{"tell_debts", "select tell_debts($1::text[])"};

const statement add_problems_statement{
    "add_problems",
    "insert into upload_problems (upload_id, \"row\", debt_id, field, code, error) "
    "select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], "
    "$6::text[]) as t (u, r, i, f, c, e) order by u, r on conflict do nothing"};

const statement add_process_statement{
    "add_process", "insert into outbox (kind, key, due_at) "
                   "select 'process', k, clock_timestamp() + d * interval '1 millisecond' "
                   "from unnest($1::text[], $2::bigint[]) as t (k, d)"};

const statement add_dead_letter_statement{
    "add_dead_letter",
    "insert into outbox (kind, key, value, headers, due_at) values ('dead_letter', $1::text, "
    "$2::bytea, $3::text[], clock_timestamp() + $4::bigint * interval '1 millisecond')"};

using upload_sums = std::map<std::int64_t, domain::upload_progress>;

// One statement must not touch a row twice.
upload_sums by_upload(const std::vector<domain::upload_progress>& progress) {
  upload_sums out;
  for (const auto& p : progress)
    out[p.upload_id].add(p);
  return out;
}

std::string ids_param(const upload_sums& sums) {
  return array_param(sums, [](const auto& p) { return p.first; });
}

binary_params progress_params(const domain::settlement& s, const upload_sums& sums) {
  binary_params out{as_param(s.partition), ids_param(sums),
                    array_param(sums, [](const auto& p) { return p.second.counted_through; })};
  for (const auto& column : added_columns)
    out.push_back(array_param(sums, [&](const auto& p) { return p.second.*column.change; }));
  return out;
}

/// Adds the counters, and ends the uploads whose last rows these are.
void add_progress(std::vector<step>& out, const domain::settlement& s, const upload_sums& sums,
                  domain::event_set events) {
  if (sums.empty())
    return;
  out.push_back({&add_progress_statement, progress_params(s, sums)});
  out.push_back({&end_uploads_statement,
                 {ids_param(sums), as_param(s.intent_id), array_param(events.names())}});
}

binary_params problem_params(const domain::settlement& s) {
  binary_params out{array_param(s.problems, [](const auto& p) { return p.first; }),
                    array_param(s.problems, [](const auto& p) { return p.second.row; })};
  for (const auto field : {&domain::row_problem::debt_id, &domain::row_problem::field,
                           &domain::row_problem::code, &domain::row_problem::error})
    out.push_back(
        array_param(s.problems, [=](const auto& p) { return clean_text(p.second.*field); }));
  return out;
}

binary_params dead_letter_params(const domain::outbox_entry& entry) {
  array_writer headers{pg_type::text, 2 * entry.headers.size()};
  std::string storage;
  for (const auto& h : entry.headers) {
    headers.add(clean_text(h.name, storage));
    headers.add(clean_text(h.value, storage));
  }
  binary_params out{clean_text(entry.key), entry.value, headers.take(),
                    as_param(static_cast<std::int64_t>(entry.delay.count()))};
  if (entry.null_key)
    out[0].reset();
  if (entry.null_value)
    out[1].reset();
  return out;
}

binary_params close_intent_params(const domain::settlement& s) {
  std::vector lanes{s.partition};
  if (s.also_supersedes >= 0)
    lanes.push_back(s.also_supersedes);
  binary_params out{as_param(s.intent_id), array_param(lanes), as_param(s.first_offset),
                    as_param(s.last_offset), std::string(1, s.spares_attempts ? 1 : 0)};
  if (s.first_offset < 0)
    out[2].reset();
  return out;
}

void add_outbox(std::vector<step>& out, const domain::settlement& s) {
  std::size_t n = 0;
  for (const auto& entry : s.outbox)
    if (entry.kind == domain::outbox_kind::process)
      ++n;
    else
      out.push_back({&add_dead_letter_statement, dead_letter_params(entry)});
  if (n == 0)
    return;
  array_writer keys{pg_type::text, n}, delays{pg_type::int8, n};
  for (const auto& entry : s.outbox)
    if (entry.kind == domain::outbox_kind::process) {
      keys.add(entry.key);
      delays.add(static_cast<std::int64_t>(entry.delay.count()));
    }
  out.push_back({&add_process_statement, {keys.take(), delays.take()}});
}

} // namespace

const statement begin_statement{"", "begin isolation level read committed"};
const statement commit_statement{"", "commit"};
const statement now_statement{"now", "select now()"};
const statement clock_statement{"clock", "select clock_timestamp()"};

const statement open_intent_statement{
    "open_intent",
    "with seen as (select greatest(1, $6::int + coalesce(max(attempts), 0)) as attempts, "
    "clock_timestamp() as t from intents "
    "where partition = $1::int and first_offset <= $3::bigint and last_offset >= $2::bigint "
    "and not superseded), "
    "made as (insert into intents (partition, first_offset, last_offset, attempts, opened_at, "
    "lease_until, fingerprints) "
    "select $1::int, $2::bigint, $3::bigint, attempts, t, "
    "t + $4::bigint * interval '1 millisecond', $5::bytea from seen where attempts <= $7::int "
    "returning id) "
    "select coalesce((select id from made), 0), attempts, t, "
    "t + $4::bigint * interval '1 millisecond' from seen"};

const statement drop_intent_statement{"drop_intent", "delete from intents where id = $1::bigint"};

const statement lock_intent_statement{
    "lock_intent", "select id from intents where id = $1::bigint and not superseded for update"};

// Its own savepoint gives the locks back at once: they only tell whether the
// owner's transaction is open, and an owner who begins is not to wait for us.
const statement save_statement{"", "savepoint before_intents"};
const statement back_to_save_statement{"", "rollback to savepoint before_intents"};
const statement other_intents_statement{
    "other_intents", "select id, partition, first_offset, last_offset, attempts, opened_at, "
                     "lease_until, fingerprints from intents where id <> $1::bigint order by id "
                     "for key share skip locked"};

const statement stopped_uploads_statement{
    "stopped_uploads", "select upload_id from uploads where mail in ('paused', 'cancelled')"};

const statement close_intent_statement{"close_intent",
                                       "select close_intent($1::bigint, $2::int[], $3::bigint, "
                                       "$4::bigint, $5::boolean)"};

const statement note_offset_statement{
    "note_offset", "insert into settled_offsets (topic, lane, next_offset, noted_at, head_at) "
                   "values ($1::text, $2::int, $3::bigint, now(), $4::timestamptz) "
                   "on conflict (topic, lane) do update "
                   "set next_offset = excluded.next_offset, noted_at = excluded.noted_at, "
                   "head_at = excluded.head_at"};

const statement touch_progress_statement{
    "touch_progress", "insert into upload_progress (upload_id, partition) "
                      "select upload_id, $1::int from uploads where upload_id = any($2::bigint[]) "
                      "and (topic is null or topic = $3::text) order by upload_id "
                      "on conflict do nothing"};

const statement lock_progress_statement{
    "lock_progress",
    "select p.upload_id, p.counted_through, "
    "case when u.state = 'processing' then u.accepted + u.rejected end, "
    "(u.done_at is null)::int::bigint "
    "from upload_progress p join uploads u using (upload_id) "
    "where p.partition = $1::int and p.upload_id = any($2::bigint[]) "
    "and (u.topic is null or u.topic = $3::text) order by p.upload_id for update of p"};

binary_params open_intent_params(const domain::intent_request& r) {
  return {as_param(r.partition),
          as_param(r.first_offset),
          as_param(r.last_offset),
          as_param(static_cast<std::int64_t>(r.lease.count())),
          pack_fingerprints(r.fingerprints),
          as_param(static_cast<std::int32_t>(r.counts_as_attempts)),
          as_param(static_cast<std::int32_t>(r.max_attempts))};
}

binary_params progress_key_params(std::int32_t partition, std::span<const std::int64_t> uploads,
                                  std::string_view topic) {
  return {as_param(partition), array_param(uploads), std::string{topic}};
}

std::string pack_fingerprints(std::span<const domain::fingerprint> values) {
  binary_writer w;
  w.reserve(8 * values.size());
  for (auto v : values)
    w.int64(static_cast<std::int64_t>(v));
  return w.take();
}

std::vector<domain::fingerprint> unpack_fingerprints(std::string_view bytes) {
  std::vector<domain::fingerprint> out(bytes.size() / 8);
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<domain::fingerprint>(read_int64(bytes.data() + 8 * i));
  return out;
}

std::vector<step> settle_steps(const domain::settlement& s, domain::event_set events,
                               std::string_view topic) {
  std::vector<step> out;
  if (!s.updates.empty())
    out.push_back({&update_statement, update_params(s.updates)});
  if (!s.problems.empty())
    out.push_back({&add_problems_statement, problem_params(s)});
  add_outbox(out, s);
  if (!s.told.empty())
    out.push_back({&tell_debts_statement, {array_param(s.told)}});
  // The lock of an upload's end is held from here to the commit.
  add_progress(out, s, by_upload(s.progress), events);
  out.push_back({&close_intent_statement, close_intent_params(s)});
  if (s.last_offset >= 0)
    out.push_back({&note_offset_statement,
                   {std::string{topic}, as_param(s.partition), as_param(s.last_offset + 1),
                    s.head_at ? std::optional{as_param(*s.head_at)} : std::nullopt}});
  out.push_back({&commit_statement, {}});
  return out;
}

} // namespace bankslip::persistence
