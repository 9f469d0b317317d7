#include <array>

#include "persistence/impl/bankslips.hpp"
#include "persistence/impl/debt_store_connection.hpp"
#include "persistence/impl/text.hpp"
#include "persistence/impl/text_rows.hpp"
#include "persistence/persistence.hpp"

namespace bankslip::persistence {

namespace {

using namespace std::chrono_literals;

// Any number that no other program is likely to lock.
constexpr const char* try_lock = "select pg_try_advisory_xact_lock(7241139020260115)";

/// A statement that removes what is older than $1 days, at most $2 rows, and answers their
/// number.
struct broom {
  const char* table;
  const char* text;
};

// The problems of an upload go first, a part at a time; it goes when there are none left.
// A debt that has failed or is held keeps its upload: it can still be revived. So does an
// e-mail that waits, which the counters know without a look at the rows.
constexpr const char* of_old_uploads =
    "with old as materialized (select upload_id from uploads u "
    "where coalesce(done_at, case when state = 'aborted' then lease_until end) "
    "< now() - $1::int * interval '1 day' "
    "and not exists (select from bankslips b where b.upload_id = u.upload_id "
    "and (b.status is not null or b.failure is not null) and not b.propagated) "
    "and not exists (select from upload_progress p where p.upload_id = u.upload_id "
    "having sum(generated + unslipped) > sum(emailed + failed + in_doubt + held)) "
    "order by upload_id limit 100 for update skip locked), ";

const std::string problems_of_old_uploads =
    std::string{of_old_uploads}
    + "gone as (delete from upload_problems where ctid = any(array("
      "select p.ctid from upload_problems p where p.upload_id in (select upload_id from old) "
      "limit $2::int)) returning 1) select count(*) from gone";

const std::string old_uploads =
    std::string{of_old_uploads}
    + "bare as (select upload_id from old o where $2::int > 0 "
      "and not exists (select from upload_problems p where p.upload_id = o.upload_id)), "
      "counters as (delete from upload_progress where upload_id in (select upload_id from bare)), "
      "gone as (delete from uploads where upload_id in (select upload_id from bare) returning 1) "
      "select count(*) from gone";

const std::array brooms{
    broom{"upload_problems", problems_of_old_uploads.c_str()},
    broom{"uploads", old_uploads.c_str()},
    broom{"audit", "with gone as (delete from audit where ctid = any(array(select ctid from audit "
                   "where at < now() - $1::int * interval '1 day' limit $2::int)) returning 1) "
                   "select count(*) from gone"},
    broom{"key_usage",
          "with gone as (delete from key_usage where ctid = any(array(select ctid from key_usage "
          "where day < (now() at time zone 'America/Sao_Paulo')::date - $1::int limit $2::int)) "
          "returning 1) select count(*) from gone"},
    broom{"webhook_events",
          "with gone as (delete from webhook_events where id in (select id from webhook_events "
          "where id in (select id from webhook_events where state <> 'pending' order by id "
          "limit $2::int) and created_at < now() - $1::int * interval '1 day' "
          "for update skip locked) returning 1) select count(*) from gone"},
    broom{"sessions", "with gone as (delete from sessions where ctid = any(array(select ctid from "
                      "sessions where expires_at < now() and $1::int > 0 limit $2::int)) "
                      "returning 1) select count(*) from gone"}};

/// Blocks that one transaction looks at: some 2,000 debts.
constexpr std::int64_t blocks_at_a_time = 64;

std::string first_of(std::int64_t block) { return "(" + std::to_string(block) + ",0)"; }

class postgres_retention_store final : public domain::retention_store {
public:
  explicit postgres_retention_store(const postgres_options& options)
      : connection_{patient(options)} {}

  caf::expected<domain::removed_rows> remove_old(std::chrono::days keep, int limit) override {
    domain::removed_rows out;
    for (const auto& [table, text] : brooms) {
      std::int64_t n = 0;
      // One at a time, so that each holds its locks for as long as it takes alone.
      auto error = connection_.transaction("remove old rows", [&](text_transaction& tx) {
        if (tx.run(try_lock)[0][0].as<bool>())
          n = tx.run(text, static_cast<int>(keep.count()), limit)[0][0].as<std::int64_t>();
        return caf::error{};
      });
      if (error)
        return error;
      if (n > 0)
        out.tables.emplace_back(table, n);
    }
    out.more = !out.tables.empty();
    return out;
  }

  caf::expected<domain::archive_step>
  archive(const domain::archive_request& request,
          const std::function<caf::error(std::span<const domain::stored_debt>)>& take) override {
    static const std::string candidates =
        "select " + names_of(all_columns)
        + " from bankslips where ctid >= $1::tid and ctid < $2::tid and propagated "
          "and status is null and debt_due_date < $3::date "
          "and coalesce(updated_on, created_at) < $3::date for update skip locked";
    domain::archive_step step{request.block + blocks_at_a_time, false};
    auto error = connection_.transaction("archive debts", [&](text_transaction& tx) -> caf::error {
      const auto rows = tx.run(candidates, first_of(request.block), first_of(step.next_block),
                               domain::format_date(request.before));
      std::vector<domain::stored_debt> debts;
      std::vector<std::string> ids;
      for (const auto& row : rows) {
        debts.push_back(read_row(row));
        ids.push_back(debts.back().content.debt_id);
      }
      if (!debts.empty()) {
        if (auto refused = take(debts))
          return refused;
        if (request.removes)
          tx.run("delete from bankslips where debt_id = any($1::text[])", array_literal(ids));
      }
      const auto blocks =
          tx.run("select pg_relation_size('bankslips') / current_setting('block_size')::int");
      step.at_end = blocks[0][0].as<std::int64_t>() <= step.next_block;
      return {};
    });
    if (error)
      return error;
    return step;
  }

private:
  /// Whoever settles goes first.
  static postgres_options patient(postgres_options options) {
    options.lock_timeout = 100ms;
    options.statement_timeout = 25s;
    return options;
  }

  debt_store_connection connection_;
};

} // namespace

std::unique_ptr<domain::retention_store> make_retention_store(const postgres_options& options) {
  return std::make_unique<postgres_retention_store>(options);
}

caf::expected<std::map<std::int32_t, std::int64_t>>
read_settled_offsets(const postgres_options& options, bool mails) {
  debt_store_connection connection{options};
  const auto rows = connection.statement(
      "read settled offsets",
      "select lane, next_offset from settled_offsets where topic = $1::text", options.topic);
  if (!rows)
    return rows.error();
  std::map<std::int32_t, std::int64_t> out;
  for (const auto& row : *rows) {
    const auto lane = row[0].as<std::int32_t>();
    // The number of a mail stage's lane is its partition's mirrored, both ways.
    if (mails == (lane < 0))
      out.emplace(mails ? domain::mail_lane(lane) : lane, row[1].as<std::int64_t>());
  }
  return out;
}

} // namespace bankslip::persistence
