#include <boost/test/unit_test.hpp>

#include "domain/error.hpp"
#include "tests/support/pg_database.hpp"

using namespace bankslip;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(mail_outlook_pgtest)

namespace {

struct outlook_fixture {
  outlook_fixture() {
    db.options().topic = "debts";
    store = persistence::make_debt_store(db.options());
    upload = store->open_upload(60s).value();
    db.exec("update uploads set created_at = '2026-11-27 10:00Z'");
  }

  domain::mail_outlook look() { return store->find_upload(upload)->outlook.value(); }
  std::string in_sql(std::int64_t n) { return std::to_string(n); }
  /// The first stage has counted so many rows of the upload in a partition, up to an offset.
  void slips(std::int32_t partition, std::int64_t rows, std::int64_t through) {
    db.exec(
        "insert into upload_progress (upload_id, partition, generated, counted_through) values ("
        + in_sql(upload) + ',' + in_sql(partition) + ',' + in_sql(rows) + ',' + in_sql(through)
        + ")");
    position(partition, through + 1, "null");
  }
  void mailed(std::int32_t partition, std::int64_t rows) {
    db.exec("insert into upload_progress (upload_id, partition, emailed) values (" + in_sql(upload)
            + ',' + in_sql(domain::mail_lane(partition)) + ',' + in_sql(rows)
            + ") on conflict (upload_id, partition) do update set emailed = excluded.emailed");
  }
  void position(std::int32_t lane, std::int64_t next, const std::string& head) {
    db.exec("insert into settled_offsets (topic, lane, next_offset, noted_at, head_at) values "
            "('debts', "
            + in_sql(lane) + ',' + in_sql(next) + ", now(), " + head
            + ") on conflict (topic, lane) do update set next_offset = excluded.next_offset, "
              "head_at = excluded.head_at");
  }
  domain::mail_outlook tell(std::int64_t process, const domain::mail_speed& speed) {
    auto all = store->tell_mail_speed(process, speed);
    BOOST_REQUIRE(all);
    return *all;
  }
  /// Whether the end is that far away; it is rounded up to ten seconds.
  bool takes(const domain::mail_outlook& o, std::chrono::seconds span) {
    const auto left = o.ends_at.value() - domain::system_clock().utc_now();
    return left > span - 5s && left < span + 11s;
  }

  test::pg_database db;
  std::unique_ptr<domain::debt_store> store;
  std::int64_t upload = 0;
};

const std::string eleven = "'2026-11-27 11:00Z'", twelve = "'2026-11-27 12:00Z'";
const domain::utc_time morning{*domain::parse_date("2026-11-27") + 10h};

} // namespace

BOOST_FIXTURE_TEST_CASE(rows_wait_until_they_are_at_their_end_or_held, outlook_fixture) {
  BOOST_TEST(look().waiting == 0);
  BOOST_TEST(!look().oldest_at.has_value());
  slips(0, 100, 199);
  mailed(0, 40);
  BOOST_TEST(look().waiting == 60);
  // One was refused, one without a slip was given up, five are held.
  db.exec("update upload_progress set failed = 2, unslipped = 1, held = 5 where partition = -2");
  BOOST_TEST(look().waiting == 54);
  BOOST_TEST(!look().speed.has_value());
  BOOST_TEST(!look().ends_at.has_value());
  BOOST_TEST(!look().paced);
}

BOOST_FIXTURE_TEST_CASE(what_stands_before_it_goes_first, outlook_fixture) {
  slips(0, 100, 1'199);
  slips(1, 100, 299);
  // Nobody knows yet where the mail stage stands.
  BOOST_TEST((look().oldest_at == morning));
  tell(7, {10, 0, "none", {}, ""});
  BOOST_TEST(takes(look(), 20s));
  position(-2, 200, twelve);
  position(-3, 300, eleven);
  BOOST_TEST(takes(look(), 100s));
  BOOST_TEST((look().oldest_at == morning + 2h));
  position(-3, 250, eleven);
  BOOST_TEST(takes(look(), 105s));
  BOOST_TEST((look().oldest_at == morning + 1h));
  // Another topic's partitions are no matter.
  db.exec("update settled_offsets set topic = 'others'");
  BOOST_TEST(takes(look(), 20s));
}

BOOST_FIXTURE_TEST_CASE(a_row_waits_no_longer_than_its_upload_is_there, outlook_fixture) {
  slips(0, 100, 1'199);
  position(-2, 200, "'2026-01-01 00:00Z'");
  BOOST_TEST((look().oldest_at == morning));
}

BOOST_FIXTURE_TEST_CASE(processes_send_together, outlook_fixture) {
  slips(0, 100, 99);
  tell(7, {1, 2, "setting", {}, "daily 00:00-24:00 UTC"});
  tell(8, {3, 4, "retry_after", morning, ""});
  const auto now = look();
  BOOST_TEST(now.paced);
  BOOST_TEST(now.speed->rate == 4);
  BOOST_TEST(now.speed->allowed == 6);
  BOOST_TEST(now.speed->limit == "retry_after");
  BOOST_TEST((now.speed->until == morning));
  BOOST_TEST(now.speed->schedule == "daily 00:00-24:00 UTC");
  BOOST_TEST(takes(now, 25s));
  // A process that says nothing more is gone; that there is a mail stage is known for longer.
  db.exec("update mail_speeds set noted_at = now() - interval '1 minute' where process = 8");
  BOOST_TEST(look().speed->rate == 1);
  db.exec("update mail_speeds set noted_at = now() - interval '59 minutes'");
  BOOST_TEST(!look().speed.has_value());
  BOOST_TEST(look().paced);
  db.exec("update mail_speeds set noted_at = now() - interval '61 minutes'");
  BOOST_TEST(!look().paced);
  tell(9, {1, 2, "setting", {}, ""});
  BOOST_TEST(db.value("select count(*) from mail_speeds") == "1");
}

BOOST_FIXTURE_TEST_CASE(stopped_emails_have_no_end, outlook_fixture) {
  slips(0, 100, 99);
  tell(7, {1, 2, "setting", {}, ""});
  BOOST_TEST(store->list_uploads(5, 0)->front().outlook->ends_at.has_value());
  BOOST_REQUIRE(store->set_mail(upload, domain::mail_action::pause));
  BOOST_TEST(!look().ends_at.has_value());
  BOOST_TEST(look().waiting == 100);
}

BOOST_FIXTURE_TEST_CASE(the_backlog_of_all_is_told, outlook_fixture) {
  BOOST_TEST(tell(7, {10, 0, "none", {}, ""}).waiting == 0);
  slips(0, 100, 1'199);
  slips(1, 100, 299);
  position(-2, 1'000, eleven);
  position(-3, 300, "'2026-01-01 00:00Z'");
  const auto all = tell(7, {10, 0, "none", {}, ""});
  BOOST_TEST(all.waiting == 200);
  BOOST_TEST((all.oldest_at == morning + 1h));
  BOOST_TEST(takes(all, 20s));
}

BOOST_AUTO_TEST_SUITE_END()
