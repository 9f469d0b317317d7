#include <boost/test/unit_test.hpp>

#include <future>

#include "tests/persistence/fault_helpers.hpp"

using namespace bankslip;
using namespace bankslip::test::settlement_contract;
using domain::errc;
using test::pg_database;
using test::pg_session;

BOOST_AUTO_TEST_SUITE(debt_store_faults_pgtest)

namespace {

struct fixture {
  fixture() {
    db.exec("insert into bankslips (debt_id, email, status) values ('a', 'a@x.com', 'failed')");
  }
  auto store() { return persistence::make_debt_store(options); }

  pg_database db;
  persistence::postgres_options options = db.options();
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(debt_store_faults, fixture)

BOOST_AUTO_TEST_CASE(a_connection_that_died_while_idle_is_replaced_unseen) {
  auto s = store();
  must(s->list_uploads(1, 0));
  test::terminate_backends(db);
  must(s->list_uploads(1, 0));
}

BOOST_AUTO_TEST_CASE(a_backend_killed_in_a_call_is_unavailable_and_the_next_call_works) {
  pg_session holder{db.options()};
  holder.exec("begin; select * from bankslips where debt_id = 'a' for update");
  auto s = store();
  auto answer = std::async(std::launch::async, [&] { return s->retry("a", {}); });
  test::wait_for_lock_wait(db);
  test::terminate_backends(db);
  BOOST_TEST(fails_with(answer.get(), errc::database_unavailable));
  holder.exec("rollback");
  BOOST_TEST(must(s->retry("a", {})).outbox_id != 0);
}

BOOST_AUTO_TEST_CASE(a_lock_that_is_not_given_in_time_is_a_conflict) {
  pg_session holder{db.options()};
  holder.exec("begin; select * from bankslips where debt_id = 'a' for update");
  options.lock_timeout = 200ms;
  auto s = store();
  BOOST_TEST(fails_with(s->retry("a", {}), errc::transaction_conflict));
  holder.exec("rollback");
  BOOST_TEST(must(s->retry("a", {})).outbox_id != 0);
}

BOOST_AUTO_TEST_CASE(two_people_who_retry_at_once_begin_one_attempt) {
  std::vector<std::future<caf::expected<domain::revived_debt>>> answers;
  for (int i = 0; i < 4; ++i)
    answers.push_back(std::async(std::launch::async, [&] { return store()->retry("a", {}); }));
  int won = 0;
  for (auto& a : answers) {
    auto r = a.get();
    won += r ? 1 : 0;
    BOOST_TEST((r || fails_with(r, errc::wrong_state)));
  }
  BOOST_TEST(won == 1);
  BOOST_TEST(db.value("select attempt from bankslips") == "2");
  BOOST_TEST(db.value("select count(*) from outbox") == "1");
}

BOOST_AUTO_TEST_CASE(many_who_store_the_same_debt_at_once_store_it_once) {
  std::vector<std::future<caf::expected<domain::created_debt>>> answers;
  for (int i = 0; i < 6; ++i)
    answers.push_back(
        std::async(std::launch::async, [&] { return create_one(*store(), sample_debt("new")); }));
  int created = 0;
  for (auto& a : answers) {
    auto r = must(a.get());
    created += r.created ? 1 : 0;
    BOOST_TEST(r.stored.content == sample_debt("new"));
  }
  BOOST_TEST(created == 1);
  BOOST_TEST(db.value("select count(*) from outbox") == "1");
}

BOOST_AUTO_TEST_CASE(groups_of_the_same_debts_in_any_order_are_stored_at_once_without_a_deadlock) {
  std::vector<domain::debt> up, down;
  for (int i = 0; i < 60; ++i)
    up.push_back(sample_debt(std::to_string(i)));
  down.assign(up.rbegin(), up.rend());
  std::vector<std::future<std::size_t>> groups;
  for (const auto* debts : {&up, &down, &up, &down})
    groups.push_back(std::async(std::launch::async, [&, debts] {
      auto made = must(store()->create(*debts, {}));
      return static_cast<std::size_t>(
          std::count_if(made.begin(), made.end(), [](const auto& d) { return d.created; }));
    }));
  std::size_t created = 0;
  for (auto& g : groups)
    created += g.get();
  BOOST_TEST(created == 60u);
  BOOST_TEST(db.value("select count(*) from outbox") == "60");
}

BOOST_AUTO_TEST_CASE(a_group_waits_shortly_for_a_lock_and_stores_nothing_then) {
  pg_session holder{db.options()};
  holder.exec("begin; insert into bankslips (debt_id) values ('held')");
  auto s = store();
  std::vector<domain::debt> debts{sample_debt("free"), sample_debt("held")};
  std::vector<std::int64_t> published{1};
  db.exec("insert into outbox (kind, key, due_at) values ('process', 'x', now())");
  BOOST_TEST(fails_with(s->create(debts, published), errc::transaction_conflict));
  BOOST_TEST(db.value("select count(*) from outbox") == "1");
  must(create_one(*s, debts[0]));
  // Alone it waits as long as anybody.
  auto alone = std::async(std::launch::async, [&] { return create_one(*s, debts[1]); });
  test::wait_for_lock_wait(db);
  BOOST_TEST(alone.wait_for(300ms) == std::future_status::timeout);
  holder.exec("rollback");
  BOOST_TEST(must(alone.get()).created);
}

BOOST_AUTO_TEST_CASE(a_row_that_is_refused_keeps_its_group_out) {
  db.exec("alter table bankslips add check (name <> 'poison')");
  auto s = store();
  std::vector<domain::debt> debts{sample_debt("x"), sample_debt("y")};
  debts[1].name = "poison";
  BOOST_TEST(!s->create(debts, {}));
  BOOST_TEST(must(create_one(*s, debts[0])).created);
  BOOST_TEST(!create_one(*s, debts[1]));
}

BOOST_AUTO_TEST_CASE(relays_at_work_at_once_never_take_the_same_entry) {
  db.exec("insert into outbox (kind, key, due_at) "
          "select 'process', i, now() from generate_series(1, 3000) i");
  std::vector<std::future<std::vector<std::int64_t>>> relays;
  for (int i = 0; i < 4; ++i)
    relays.push_back(std::async(std::launch::async, [&] {
      auto s = store();
      std::vector<std::int64_t> mine;
      for (;;) {
        auto entries = must(s->claim_outbox(37, 60s));
        if (entries.empty())
          return mine;
        for (const auto& e : entries)
          mine.push_back(e.id);
      }
    }));
  std::vector<std::int64_t> all;
  for (auto& s : relays)
    for (auto id : s.get())
      all.push_back(id);
  std::sort(all.begin(), all.end());
  BOOST_TEST((std::unique(all.begin(), all.end()) == all.end()));
  // A relay that meets only locked entries stops early; none may be lost.
  auto left = must(store()->claim_outbox(3000, 60s));
  BOOST_TEST(all.size() + left.size() == 3000u);
}

BOOST_AUTO_TEST_CASE(an_entry_that_is_never_published_is_seen_to_wait) {
  db.exec("insert into outbox (kind, key, due_at) values ('process', 'x', now() - interval '1 h')");
  auto s = store();
  // The second look finds it due since the first one's claim only.
  for (int look = 0; look < 2; ++look) {
    const auto claimed = must(s->claim_outbox(10, 0ms));
    BOOST_REQUIRE_EQUAL(claimed.size(), 1u);
    BOOST_TEST((claimed[0].waited >= 1h));
  }
  const auto entries = must(s->claim_outbox(10, 60s));
  BOOST_TEST(!s->finish_outbox(std::vector{entries.at(0).id}));
  BOOST_TEST(must(s->claim_outbox(10, 60s)).empty());
}

BOOST_AUTO_TEST_CASE(a_server_that_is_away_is_unavailable) {
  options.port = "1";
  auto s = store();
  BOOST_TEST(fails_with(s->list_uploads(1, 0), errc::database_unavailable));
  BOOST_TEST(fails_with(create_one(*s, sample_debt("x")), errc::database_unavailable));
  options = db.options();
  options.database += "_absent";
  BOOST_TEST(fails_with(store()->list_uploads(1, 0), errc::database_unavailable));
}

BOOST_AUTO_TEST_CASE(further_libpq_keywords_are_taken) {
  options.extra = "application_name=other sslmode=prefer";
  auto s = store();
  must(s->list_uploads(1, 0));
  BOOST_TEST(db.value("select count(*) from pg_stat_activity where datname = current_database() "
                      "and application_name = 'other'")
             == "1");
}

BOOST_AUTO_TEST_CASE(a_password_may_hold_any_character) {
  db.exec(
      R"(create role quoted login password 'a''b\c d=e'; grant select on all tables in schema public to quoted)");
  options.user = "quoted";
  options.password = R"(a'b\c d=e)";
  auto s = store();
  must(s->list_uploads(1, 0));
  s.reset();
  db.exec("drop owned by quoted; drop role quoted");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
