#include <boost/test/unit_test.hpp>

#include <map>
#include <string>

#include "tests/support/pg_database.hpp"

using namespace bankslip;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::days keep{90};

struct retention_fixture {
  test::pg_database db;
  std::unique_ptr<domain::retention_store> store = persistence::make_retention_store(db.options());

  /// Looks until nothing is left; what was removed, "uploads 2".
  std::string sweep(int limit = 1000) {
    std::map<std::string, std::int64_t> sums;
    for (;;) {
      const auto removed = store->remove_old(keep, limit);
      if (!removed)
        BOOST_FAIL(domain::text_of(removed.error()));
      for (const auto& [table, rows] : removed->tables) {
        BOOST_TEST(rows <= limit);
        sums[table] += rows;
      }
      if (!removed->more)
        break;
    }
    std::string out;
    for (const auto& [table, rows] : sums)
      out += (out.empty() ? "" : ", ") + table + " " + std::to_string(rows);
    return out;
  }

  /// An upload that was done, or aborted, so many days ago; with a counter and `problems`.
  std::string make_upload(int days_ago, int problems = 0, const std::string& state = "processing") {
    const auto ago = "now() - interval '" + std::to_string(days_ago) + " days'";
    const auto id =
        db.value("insert into uploads (state, lease_until, created_at, done_at) values ('" + state
                 + "', " + ago + ", " + ago + ", "
                 + (state == "processing" ? ago : std::string{"null"}) + ") returning upload_id");
    db.exec("insert into upload_progress (upload_id, partition) values (" + id + ", 0)");
    db.exec("insert into upload_problems (upload_id, \"row\") select " + id
            + ", generate_series(1, " + std::to_string(problems) + ")");
    return id;
  }

  void make_debt(const std::string& id, int days_ago,
                 const std::string& more = "propagated = true") {
    const auto ago = "now() - interval '" + std::to_string(days_ago) + " days'";
    db.exec("insert into bankslips (debt_id, name, government_id, email, debt_amount, "
            "debt_due_date, created_at, updated_on, bankslip_file) values ('"
            + id + "', 'N', '1', 'a@b.co', 12.50, (" + ago + ")::date, " + ago + ", " + ago
            + ", 'line')");
    db.exec("update bankslips set " + more + " where debt_id = '" + id + "'");
  }

  std::string ids() {
    return db.value(
        "select coalesce(string_agg(debt_id, ' ' order by debt_id), '') from bankslips");
  }

  /// Asks for all blocks; the ids that were given.
  std::string archive(bool removes = true, const caf::error& refusal = {}) {
    std::string out;
    domain::archive_request request{
        domain::date{std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())}
            - keep,
        0, removes};
    for (bool at_end = false; !at_end;) {
      auto step = store->archive(request, [&](std::span<const domain::stored_debt> debts) {
        for (const auto& d : debts)
          out += d.content.debt_id + " ";
        return refusal;
      });
      if (!step)
        return domain::text_of(step.error());
      request.block = step->next_block;
      at_end = step->at_end;
    }
    return out;
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(retention_store_pgtest)

BOOST_FIXTURE_TEST_CASE(nothing_young_is_removed, retention_fixture) {
  make_upload(89, 3);
  make_upload(89, 0, "aborted");
  db.exec(
      "insert into audit (at, method, route, status) values (now() - interval '89 days', 'POST', "
      "'/x', 200)");
  db.exec("insert into key_usage values ('erp', current_date - 88, 1)");
  db.exec("insert into webhook_events (type, facts, state, created_at) values "
          "('upload.done', '{}', 'delivered', now() - interval '89 days')");
  BOOST_TEST(sweep() == "");
}

BOOST_FIXTURE_TEST_CASE(ended_uploads_leave_with_counters_and_problems_a_few_at_a_time,
                        retention_fixture) {
  make_upload(91, 25);
  make_upload(400, 0, "aborted");
  const auto young = make_upload(2, 4);
  BOOST_TEST(sweep(10) == "upload_problems 25, uploads 2");
  BOOST_TEST(db.value("select string_agg(upload_id::text, ' ') from uploads") == young);
  BOOST_TEST(db.value("select string_agg(upload_id::text, ' ') from upload_progress") == young);
  BOOST_TEST(db.value("select count(*) from upload_problems") == "4");
}

BOOST_FIXTURE_TEST_CASE(an_upload_that_is_not_done_stays_however_old_it_is, retention_fixture) {
  const auto id = make_upload(900);
  db.exec("update uploads set done_at = null where upload_id = " + id);
  make_upload(900, 0, "receiving");
  BOOST_TEST(sweep() == "");
}

BOOST_FIXTURE_TEST_CASE(an_upload_stays_while_a_debt_of_it_can_be_revived, retention_fixture) {
  const auto id = make_upload(900, 1);
  for (const auto* state : {"status = 'failed'", "status = 'in_doubt'", "failure = 'put off'"}) {
    db.exec("delete from bankslips");
    make_debt("d", 900, std::string{state} + ", upload_id = " + id + ", upload_row = 1");
    BOOST_TEST(sweep() == "", state);
  }
  db.exec("update bankslips set propagated = true, failure = null");
  BOOST_TEST(sweep() == "upload_problems 1, uploads 1");
  BOOST_TEST(ids() == "d");
}

BOOST_FIXTURE_TEST_CASE(an_upload_stays_while_an_email_of_it_waits, retention_fixture) {
  const auto done = make_upload(900, 1);
  const auto aborted = make_upload(900, 0, "aborted");
  const auto count = [&](const std::string& counters) {
    db.exec("update upload_progress set " + counters);
  };
  // The slip is there, the e-mail is in the mail stage's backlog; or the row was begun anew:
  // one that had failed without a slip, with one, or was held.
  for (const auto* waiting :
       {"generated = 3, emailed = 2, unslipped = 0", "generated = 2, emailed = 2, unslipped = 1",
        "generated = 5, emailed = 1, failed = 1, in_doubt = 1, held = 1"}) {
    count(waiting);
    BOOST_TEST(sweep() == "", waiting);
  }
  // The mail stage counts on a lane of its own.
  count("generated = 3, emailed = 0, failed = 0, in_doubt = 0, held = 0, unslipped = 1");
  db.exec("insert into upload_progress (upload_id, partition, emailed) values (" + done
          + ", -2, 3), (" + aborted + ", -2, 2)");
  BOOST_TEST(sweep() == "");
  db.exec("update upload_progress set failed = 1 where partition = 0");
  BOOST_TEST(sweep() == "upload_problems 1, uploads 1");
  BOOST_TEST(db.value("select upload_id from uploads") == aborted);
  db.exec("update upload_progress set in_doubt = 1 where partition = 0");
  BOOST_TEST(sweep() == "uploads 1");
}

BOOST_FIXTURE_TEST_CASE(the_audit_the_usage_and_told_events_leave, retention_fixture) {
  db.exec("insert into audit (at, method, route, status) select now() - n * interval '30 days', "
          "'POST', '/x', 200 from generate_series(0, 9) as n");
  db.exec("insert into key_usage select 'erp', current_date - n * 30, 1 from generate_series(0, 9) "
          "as n");
  db.exec("insert into sessions values ('\\x01', '\\x02', now() - interval '1 second'), "
          "('\\x03', '\\x02', now() + interval '1 hour')");
  for (const auto* state : {"pending", "delivered", "exhausted"})
    db.exec("insert into webhook_events (type, facts, state, created_at) values "
            "('upload.done', '{}', '"
            + std::string{state} + "', now() - interval '91 days')");
  db.exec("insert into webhook_tries select id, 1, now(), 1 from webhook_events");
  BOOST_TEST(sweep(2) == "audit 7, key_usage 6, sessions 1, webhook_events 2");
  BOOST_TEST(db.value("select string_agg(state, ' ') from webhook_events") == "pending");
  BOOST_TEST(db.value("select count(*) from webhook_tries") == "1");
}

BOOST_FIXTURE_TEST_CASE(only_one_process_at_a_time_removes, retention_fixture) {
  make_upload(91);
  test::pg_session other{db.options()};
  other.exec("begin; select pg_advisory_xact_lock(7241139020260115)");
  BOOST_TEST(sweep() == "");
  other.exec("commit");
  BOOST_TEST(sweep() == "uploads 1");
}

BOOST_FIXTURE_TEST_CASE(who_settles_is_not_waited_for_and_does_not_wait, retention_fixture) {
  const auto id = make_upload(91, 0, "aborted");
  test::pg_session worker{db.options()};
  worker.exec("begin; select from upload_progress where upload_id = " + id + " for update");
  const auto refused = store->remove_old(keep, 10);
  BOOST_REQUIRE(!refused);
  BOOST_TEST(domain::code_of(refused.error()) == domain::errc::transaction_conflict);
  worker.exec("commit");
  BOOST_TEST(sweep() == "uploads 1");
}

BOOST_FIXTURE_TEST_CASE(old_e_mailed_debts_leave_and_all_others_stay, retention_fixture) {
  make_debt("old", 100);
  make_debt("young", 10);
  make_debt("changed", 100, "propagated = true, updated_on = now() - interval '10 days'");
  make_debt("due-later", 100, "propagated = true, debt_due_date = current_date - 10");
  make_debt("failed", 100, "status = 'failed'");
  make_debt("in-doubt", 100, "status = 'in_doubt'");
  make_debt("unsent", 100, "failure = 'put off'");
  BOOST_TEST(archive(false) == "old ");
  BOOST_TEST(archive() == "old ");
  BOOST_TEST(ids() == "changed due-later failed in-doubt unsent young");
  BOOST_TEST(archive() == "");
}

BOOST_FIXTURE_TEST_CASE(every_block_of_the_table_is_looked_at, retention_fixture) {
  db.exec("insert into bankslips (debt_id, debt_due_date, propagated, created_at) "
          "select n, '2020-01-01', true, '2020-01-01' from generate_series(1, 20000) as n");
  const auto blocks = db.value("select pg_relation_size('bankslips') / 8192");
  BOOST_TEST(std::stoi(blocks) > 130, blocks);
  archive();
  BOOST_TEST(ids() == "");
}

BOOST_FIXTURE_TEST_CASE(what_is_not_taken_or_held_by_another_stays, retention_fixture) {
  make_debt("a", 100);
  make_debt("b", 100);
  BOOST_TEST(archive(true, domain::make_error(domain::errc::internal, "disk full"))
                 .ends_with("disk full"));
  BOOST_TEST(ids() == "a b");
  test::pg_session other{db.options()};
  other.exec("begin; select from bankslips where debt_id = 'a' for update");
  BOOST_TEST(archive() == "b ");
  BOOST_TEST(ids() == "a");
}

BOOST_FIXTURE_TEST_CASE(each_settlement_notes_how_far_its_partition_is, retention_fixture) {
  auto options = db.options();
  options.topic = "here";
  auto settlements = persistence::make_settlement_store(options);
  auto settle = [&](std::int32_t partition, std::int64_t last) {
    BOOST_REQUIRE(settlements->begin({0, partition, {}}));
    domain::settlement end;
    end.partition = partition;
    end.last_offset = last;
    BOOST_REQUIRE(!settlements->settle(end));
  };
  settle(0, 99);
  settle(3, 6);
  // Positions that were set back are believed: what is settled comes again.
  settle(0, 41);
  settle(domain::mail_lane(3), 4);
  const auto offsets = persistence::read_settled_offsets(options, false);
  BOOST_REQUIRE(offsets);
  BOOST_TEST((*offsets == std::map<std::int32_t, std::int64_t>{{0, 42}, {3, 7}}));
  const auto mails = persistence::read_settled_offsets(options, true);
  BOOST_REQUIRE(mails);
  BOOST_TEST((*mails == std::map<std::int32_t, std::int64_t>{{3, 5}}));
  options.topic = "elsewhere";
  BOOST_TEST(persistence::read_settled_offsets(options, false)->empty());
}

BOOST_AUTO_TEST_SUITE_END()
