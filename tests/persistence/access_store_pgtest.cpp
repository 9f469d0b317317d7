#include <boost/test/unit_test.hpp>

#include <string>

#include "tests/support/pg_database.hpp"

using namespace bankslip;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(access_store_pgtest)

namespace {

const domain::date day{std::chrono::year{2026} / 11 / 28};

struct store_fixture {
  test::pg_database db;
  std::unique_ptr<domain::access_store> store = persistence::make_access_store(db.options());

  std::int64_t count_rows(const std::string& key, std::int64_t rows, domain::date on = day) {
    const domain::key_rows one{key, rows};
    const auto sums = store->record({}, on, {&one, 1});
    BOOST_REQUIRE(sums);
    BOOST_REQUIRE(sums->size() == 1u);
    return sums->front().rows;
  }
};

domain::session session_of(std::string_view token, std::string_view key) {
  return {domain::sha256(token), domain::sha256(key)};
}

} // namespace

BOOST_FIXTURE_TEST_CASE(entries_are_appended_as_they_are, store_fixture) {
  domain::audit_entry e;
  e.at = std::chrono::sys_days{day} + 12h + 123456us;
  e.key = "erp";
  e.method = "POST";
  e.route = "/bankslip/{debt_id}/retry";
  e.target = "a\"b\\{},'\xff\0c";
  e.status = 202;
  e.rows = 7;
  e.request_id = "r-1";
  e.address = "2001:db8::1";
  e.forwarded_for = "192.0.2.7";
  e.times = 3;
  const std::vector<domain::audit_entry> two{e, {}};
  BOOST_REQUIRE(store->record(two, day, {}));
  BOOST_TEST(db.value("select at || '|' || key || '|' || method || '|' || route || '|' || status "
                      "|| '|' || rows || '|' || request_id || '|' || address || '|' || "
                      "forwarded_for || '|' || times from audit where key <> ''")
             == "2026-11-28 12:00:00.123456+00|erp|POST|/bankslip/{debt_id}/retry|202|7|r-1|"
                "2001:db8::1|192.0.2.7|3");
  BOOST_TEST(db.value("select target from audit where key <> ''").starts_with("a\"b\\{},'"));
  BOOST_TEST(db.value("select count(*) from audit") == "2");
}

BOOST_FIXTURE_TEST_CASE(rows_of_a_day_add_up_over_processes, store_fixture) {
  auto other = persistence::make_access_store(db.options());
  BOOST_TEST(count_rows("erp", 5) == 5);
  const domain::key_rows more[] = {{"erp", 2}, {"shop", 9}};
  BOOST_REQUIRE(other->record({}, day, more));
  BOOST_TEST(count_rows("erp", 0) == 7);
  BOOST_TEST(count_rows("erp", 1, day + std::chrono::days{1}) == 1);
  BOOST_TEST(count_rows("shop", 0) == 9);
}

BOOST_FIXTURE_TEST_CASE(a_session_is_found_until_it_ends, store_fixture) {
  const auto s = session_of("token", "key");
  BOOST_TEST(!store->open_session(s, 1h));
  const auto found = store->find_session(s.id);
  BOOST_REQUIRE(found);
  BOOST_TEST((found->key == s.key));
  BOOST_TEST(!store->end_session(s.id));
  BOOST_TEST(!store->end_session(s.id));
  const auto gone = store->find_session(s.id);
  BOOST_REQUIRE(!gone);
  BOOST_TEST(domain::code_of(gone.error()) == domain::errc::not_found);
}

BOOST_FIXTURE_TEST_CASE(sessions_end_by_themselves_and_are_never_many, store_fixture) {
  const auto old = session_of("old", "key");
  BOOST_TEST(!store->open_session(old, 1h));
  db.exec("update sessions set expires_at = now() - interval '1 second'");
  BOOST_TEST(!store->find_session(old.id));
  for (int i = 0; i < 105; ++i)
    BOOST_TEST(!store->open_session(session_of(std::to_string(i), "key"), 1h));
  BOOST_TEST(!store->open_session(session_of("x", "other"), 1h));
  BOOST_TEST(db.value("select count(*) from sessions") == "101");
  BOOST_TEST(bool(store->find_session(session_of("104", "key").id)));
  BOOST_TEST(!store->find_session(session_of("0", "key").id));
}

BOOST_AUTO_TEST_SUITE_END()
