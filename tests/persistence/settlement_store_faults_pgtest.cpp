#include <boost/test/unit_test.hpp>

#include <future>

#include "tests/persistence/fault_helpers.hpp"

using namespace bankslip;
using namespace bankslip::test::settlement_contract;
using domain::errc;
using test::pg_database;
using test::pg_session;

BOOST_AUTO_TEST_SUITE(settlement_store_faults_pgtest)

namespace {

std::vector<std::string_view> ids(std::string_view id) { return {id}; }

caf::error ask(domain::settlement_store& s) {
  domain::found_debts out;
  return s.find(bare_debts{ids("a")}, out);
}

/// A database with the row `a` in it.
struct fixture {
  fixture() { db.exec("insert into bankslips (debt_id) values ('a'), ('b')"); }

  auto store() { return persistence::make_settlement_store(options); }

  /// Takes the lock of row `a` in a session of its own.
  std::unique_ptr<pg_session> hold_a() {
    auto s = std::make_unique<pg_session>(db.options());
    s->exec("begin; select * from bankslips where debt_id = 'a' for update");
    return s;
  }

  /// COMMIT of a transaction that wrote rows takes a second.
  void slow_commits() {
    db.exec("create function slow() returns trigger language plpgsql as "
            "$$ begin perform pg_sleep(1); return null; end $$;"
            "create constraint trigger slow after insert on bankslips "
            "deferrable initially deferred for each row execute function slow()");
  }

  void wait_for_commit() {
    test::wait_for(db, "select count(*) from pg_stat_activity where datname = current_database() "
                       "and application_name = 'bankslip' and wait_event = 'PgSleep'");
  }

  pg_database db;
  persistence::postgres_options options = db.options();
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(settlement_store_faults, fixture)

BOOST_AUTO_TEST_CASE(a_connection_that_died_while_idle_is_replaced_unseen) {
  auto s = store();
  found(*s, ids("a"));
  test::terminate_backends(db);
  BOOST_TEST(found(*s, ids("a")).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_connection_that_dies_in_a_transaction_fails_it_once) {
  auto s = store();
  auto end = start(*s);
  test::terminate_backends(db);
  BOOST_TEST(fails_with(s->lock(ids("a")), errc::database_unavailable));
  // A new connection has no transaction: nothing may run on it by accident.
  BOOST_TEST(fails_with(s->settle(end), errc::internal));
  must(s->begin({}));
  BOOST_TEST(must(s->lock(ids("a"))).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_dead_connection_is_noticed_by_every_call_of_a_transaction) {
  batch b;
  b.add("new");
  auto s = store();
  start(*s);
  test::terminate_backends(db);
  BOOST_TEST(fails_with(s->copy(b.rows()), errc::database_unavailable));
  start(*s, 0, 10, 19);
  test::terminate_backends(db);
  BOOST_TEST(fails_with(s->insert(b.rows()), errc::database_unavailable));
  start(*s, 0, 20, 29);
  test::terminate_backends(db);
  BOOST_TEST(fails_with(s->others_intents(0), errc::database_unavailable));
  auto end = start(*s, 0, 30, 39);
  must(s->copy(b.rows()));
  test::terminate_backends(db);
  BOOST_TEST(fails_with(s->settle(end), errc::database_unavailable));
  BOOST_TEST(!exists(*s, "new"));
}

BOOST_AUTO_TEST_CASE(a_backend_killed_in_a_statement_is_unavailable) {
  auto holder = hold_a();
  auto s = store();
  start(*s);
  auto answer = std::async(std::launch::async, [&] { return s->lock(ids("a")); });
  test::wait_for_lock_wait(db);
  test::terminate_backends(db);
  BOOST_TEST(fails_with(answer.get(), errc::database_unavailable));
}

BOOST_AUTO_TEST_CASE(a_lock_that_is_not_given_in_time_is_a_conflict) {
  auto holder = hold_a();
  options.lock_timeout = 200ms;
  auto s = store();
  start(*s);
  BOOST_TEST(fails_with(s->lock(ids("a")), errc::transaction_conflict));
  holder->exec("rollback");
  must(s->begin({}));
  BOOST_TEST(must(s->lock(ids("a"))).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_statement_that_takes_too_long_is_a_conflict) {
  auto holder = hold_a();
  options.statement_timeout = 200ms;
  auto s = store();
  start(*s);
  BOOST_TEST(fails_with(s->lock(ids("a")), errc::transaction_conflict));
}

BOOST_AUTO_TEST_CASE(a_deadlock_is_a_conflict_for_one_and_none_for_the_other) {
  auto first = store();
  auto second = store();
  start(*first, 0);
  start(*second, 1);
  must(first->lock(ids("a")));
  must(second->lock(ids("b")));
  auto answer = std::async(std::launch::async, [&] {
    auto r = first->lock(ids("b"));
    first->rollback();
    return r;
  });
  test::wait_for_lock_wait(db);
  auto mine = second->lock(ids("a"));
  second->rollback();
  auto theirs = answer.get();
  BOOST_TEST((!mine || !theirs));
  BOOST_TEST((mine || theirs));
  BOOST_TEST((mine ? fails_with(theirs, errc::transaction_conflict)
                   : fails_with(mine, errc::transaction_conflict)));
}

BOOST_AUTO_TEST_CASE(a_copy_that_waits_for_anothers_insert_of_the_key_meets_it) {
  auto first = store();
  auto second = store();
  batch b;
  b.add("new");
  auto end = start(*first, 0);
  must(first->copy(b.rows()));
  start(*second, 1);
  auto answer = std::async(std::launch::async, [&] { return second->copy(b.rows()); });
  test::wait_for_lock_wait(db);
  must(first->settle(end));
  BOOST_TEST(fails_with(answer.get(), errc::already_stored));
}

BOOST_AUTO_TEST_CASE(a_frozen_owner_loses_its_locks) {
  options.idle_transaction_timeout = 200ms;
  auto frozen = store();
  auto end = start(*frozen);
  must(frozen->lock(ids("a")));
  options.idle_transaction_timeout = 60s;
  auto other = store();
  start(*other, 1);
  BOOST_TEST(must(other->lock(ids("a"))).size() == 1u); // waits for the time-out
  BOOST_TEST(fails_with(frozen->settle(end), errc::database_unavailable));
}

BOOST_AUTO_TEST_CASE(an_interrupted_call_fails_and_the_next_one_works) {
  auto holder = hold_a();
  auto s = store();
  start(*s);
  auto answer = std::async(std::launch::async, [&] { return s->lock(ids("a")); });
  test::wait_for_lock_wait(db);
  s->interrupt();
  BOOST_TEST(fails_with(answer.get(), errc::database_unavailable));
  BOOST_TEST(found(*s, ids("b")).size() == 1u);
  auto unused = store();
  unused->interrupt(); // not connected: nothing to break
  BOOST_TEST(found(*unused, ids("b")).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_commit_that_dies_writes_nothing_and_can_be_done_again) {
  slow_commits();
  auto s = store();
  auto end = start(*s);
  batch b;
  b.add("new");
  must(s->copy(b.rows()));
  auto answer = std::async(std::launch::async, [&] { return s->settle(end); });
  wait_for_commit();
  test::terminate_backends(db);
  BOOST_TEST(fails_with(answer.get(), errc::database_unavailable));
  BOOST_TEST(!exists(*s, "new"));
  must(s->begin({}));
  must(s->copy(b.rows()));
  must(s->settle(end));
  BOOST_TEST(exists(*s, "new"));
}

BOOST_AUTO_TEST_CASE(a_commit_whose_answer_is_lost_is_found_when_done_again) {
  slow_commits();
  auto s = store();
  auto end = start(*s);
  batch b;
  b.add("new");
  must(s->copy(b.rows()));
  auto answer = std::async(std::launch::async, [&] { return s->settle(end); });
  wait_for_commit();
  s->interrupt();
  BOOST_TEST(fails_with(answer.get(), errc::database_unavailable));
  test::wait_for(db, "select count(*) from bankslips where debt_id = 'new'");
  must(s->begin({}));
  BOOST_TEST(fails_with(s->copy(b.rows()), errc::already_stored));
  must(s->begin({}));
  BOOST_TEST((must(s->insert(b.rows())) == std::vector<bool>{false}));
  BOOST_TEST(fails_with(s->settle(end), errc::intent_lost));
}

BOOST_AUTO_TEST_CASE(a_server_or_database_that_is_not_there_is_unavailable) {
  options.port = "1";
  BOOST_TEST(fails_with(ask(*store()), errc::database_unavailable));
  options = db.options();
  options.database += "_absent";
  BOOST_TEST(fails_with(store()->open_intent(request(0, 0, 1)), errc::database_unavailable));
}

BOOST_AUTO_TEST_CASE(a_store_that_could_not_connect_connects_later) {
  db.exec("create role late login password 'late'; grant all on bankslips to late; "
          "alter role late nologin");
  options.user = options.password = "late";
  auto s = store();
  BOOST_TEST(fails_with(ask(*s), errc::database_unavailable));
  db.exec("alter role late login");
  BOOST_TEST(found(*s, ids("a")).size() == 1u);
  s.reset();
  db.exec("drop owned by late; drop role late");
}

BOOST_AUTO_TEST_CASE(transaction_calls_need_a_transaction) {
  auto s = store();
  batch b;
  b.add("new");
  BOOST_TEST(fails_with(s->copy(b.rows()), errc::internal));
  BOOST_TEST(fails_with(s->insert(b.rows()), errc::internal));
  BOOST_TEST(fails_with(s->lock(ids("a")), errc::internal));
  BOOST_TEST(fails_with(s->others_intents(0), errc::internal));
  BOOST_TEST(fails_with(s->settle({}), errc::internal));
  must(s->begin({}));
  BOOST_TEST(fails_with(s->open_intent(request(0, 0, 1)), errc::internal));
}

// Whoever marks it may be a zombie, and may roll back.
BOOST_AUTO_TEST_CASE(an_intent_that_is_only_being_marked_is_still_seen) {
  auto s = store();
  auto dead = must(s->open_intent(request(0, 0, 9)));
  test::pg_session marker{db.options()};
  marker.exec("begin; select close_intent(0, 0, 9)");
  must(s->begin({}));
  auto seen = must(s->others_intents(0));
  BOOST_REQUIRE_EQUAL(seen.intents.size(), 1u);
  BOOST_TEST(seen.intents[0].id == dead.id);
}

BOOST_AUTO_TEST_CASE(data_that_cannot_be_stored_is_bad_input) {
  auto s = store();
  for (auto name : {std::string{"\xff"}, std::string{"a\0b", 3}}) {
    batch b;
    b.add("new");
    b.last().name = name;
    start(*s);
    BOOST_TEST(fails_with(s->copy(b.rows()), errc::invalid_input));
    must(s->begin({}));
    BOOST_TEST(fails_with(s->insert(b.rows()), errc::invalid_input));
    db.exec("delete from intents");
  }
}

BOOST_AUTO_TEST_CASE(dirty_text_of_failures_is_cleaned) {
  auto s = store();
  auto end = start(*s);
  batch b;
  auto& row = b.add("new");
  row.propagated = false;
  row.status = domain::debt_status::failed;
  row.failure = "caf\xe9";
  must(s->copy(b.rows()));
  must(s->settle(end));
  BOOST_TEST(one(*s, "new").failure == "caf\xEF\xBF\xBD");
}

BOOST_AUTO_TEST_CASE(a_missing_table_is_refused) {
  db.exec("drop table bankslips cascade");
  BOOST_TEST(fails_with(ask(*store()), errc::database_refused));
}

BOOST_AUTO_TEST_CASE(rows_of_other_writers_can_be_read_whatever_they_hold) {
  db.exec("insert into bankslips (debt_id, debt_amount, debt_due_date, propagated, created_at, "
          "updated_on, bankslip_file, status) values "
          "('odd', 'NaN', 'infinity', true, '-infinity', 'infinity', '', 'failed'),"
          "('minus', -12.05, '2026-12-21', false, now(), null, 'x', null),"
          "('zero', 0, '2026-12-21', false, now(), null, '', null),"
          "('big', 9999999999.99, '2026-12-21', false, now(), null, '', 'in_doubt')");
  auto s = store();
  auto store = persistence::make_debt_store(options);
  for (auto id : {"odd", "minus", "zero", "big", "a"}) {
    auto row = one(*s, id);
    auto same = find_one(*store, id).value();
    BOOST_TEST(row.content == same.content, id);
    BOOST_TEST(row.status == same.status, id);
    BOOST_TEST((row.created_at == same.created_at), id);
    BOOST_TEST((row.updated_on == same.updated_on), id);
  }
  BOOST_TEST(one(*s, "odd").status == domain::debt_status::emailed);
  BOOST_TEST(one(*s, "minus").content.amount.cents == -1205);
  BOOST_TEST(one(*s, "minus").status == domain::debt_status::generated);
  BOOST_TEST(one(*s, "zero").status == domain::debt_status::imported);
  BOOST_TEST(one(*s, "big").content.amount.cents == 999999999999);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
