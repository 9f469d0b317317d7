#include <boost/test/unit_test.hpp>

#include <future>

#include "tests/persistence/fault_helpers.hpp"
#include "tests/persistence/pgbouncer.hpp"
#include "tests/support/debt_store_contract.hpp"
#include "tests/support/settlement_store_contract.hpp"

// Behind PgBouncer in transaction mode each transaction may have another session.

using namespace bankslip;
using namespace bankslip::test::settlement_contract;
using domain::errc;

namespace {

struct there_is_pgbouncer {
  boost::test_tools::assertion_result operator()(boost::unit_test::test_unit_id) const {
    boost::test_tools::assertion_result out{test::pgbouncer_program() != nullptr};
    out.message() << "pgbouncer is not installed";
    return out;
  }
};

/// Two sessions, so that they change owners.
struct pooled_world {
  test::pg_database db;
  test::pgbouncer pooler{2};
  persistence::postgres_options options = [this] {
    auto o = pooler.before(db);
    o.prepared = false;
    return o;
  }();

  void use_topic(const char* name) { options.topic = name; }
  auto settlement_store() { return persistence::make_settlement_store(options); }
  auto debt_store() { return persistence::make_debt_store(options); }
};

std::vector<std::string_view> ids(std::string_view id) { return {id}; }

caf::error ask(domain::settlement_store& s) {
  domain::found_debts out;
  return s.find(bare_debts{ids("a")}, out);
}

} // namespace

BOOST_AUTO_TEST_SUITE(pgbouncer_pgtest, *boost::unit_test::precondition(there_is_pgbouncer{}))

BOOST_AUTO_TEST_SUITE(settlement_store_contract)
const auto clauses = test::settlement_contract::add_clauses<pooled_world>();
BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(debt_store_contract)
const auto clauses = test::debt_contract::add_clauses<pooled_world>();
BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(pooled, pooled_world)

// PgBouncer in transaction mode: "prepared statement … already exists" left 9,000 rows
// waiting.
BOOST_AUTO_TEST_CASE(named_statements_fail_with_an_error_that_names_the_setting) {
  options.prepared = true;
  caf::error failure;
  std::vector<std::unique_ptr<domain::settlement_store>> stores;
  for (int i = 0; i < 5 && !failure; ++i) {
    stores.push_back(settlement_store());
    failure = ask(*stores.back());
  }
  BOOST_TEST(fails_with(failure, errc::database_refused));
  BOOST_TEST(domain::text_of(failure).find("POSTGRES_PREPARED=off") != std::string::npos,
             domain::text_of(failure));
}

BOOST_AUTO_TEST_CASE(without_named_statements_many_stores_share_few_sessions) {
  std::vector<std::future<caf::error>> answers;
  for (int i = 0; i < 8; ++i)
    answers.push_back(std::async(std::launch::async, [this] {
      auto s = settlement_store();
      caf::error failure;
      for (int turn = 0; turn < 20 && !failure; ++turn)
        failure = ask(*s);
      return failure;
    }));
  for (auto& a : answers)
    must(a.get());
}

BOOST_AUTO_TEST_CASE(time_limits_hold_in_every_transaction) {
  db.exec("insert into bankslips (debt_id, status) values ('a', 'failed')");
  options.lock_timeout = std::chrono::milliseconds{200};
  auto s = settlement_store();
  auto d = debt_store();
  must(ask(*s));
  test::pg_session holder{db.options()};
  holder.exec("begin; select * from bankslips where debt_id = 'a' for update");
  for (int i = 0; i < 3; ++i) {
    must(s->begin({}));
    BOOST_TEST(fails_with(s->lock(ids("a")), errc::transaction_conflict));
    BOOST_TEST(fails_with(d->retry("a", {}), errc::transaction_conflict));
  }
}

BOOST_AUTO_TEST_CASE(no_setting_is_left_in_a_session_for_the_next_one) {
  const char* const settings = "select name, setting from pg_settings where source = 'session' and "
                               "name not in ('client_encoding', 'application_name', 'TimeZone', "
                               "'DateStyle', 'client_min_messages') order by 1";
  auto s = settlement_store();
  auto d = debt_store();
  for (int i = 0; i < 4; ++i) {
    must(ask(*s));
    must(d->list_uploads(1, 0));
    start(*s, 0, i, i);
    s->rollback();
  }
  // Whatever session it is given.
  for (int i = 0; i < 4; ++i)
    for (const auto& row : test::pg_session{pooler.before(db)}.exec(settings))
      BOOST_ERROR(row[0] + " = " + row[1]);
}

BOOST_AUTO_TEST_CASE(a_database_is_migrated_through_the_pooler) {
  test::pg_database empty{false};
  auto way = pooler.before(empty);
  way.prepared = false;
  BOOST_TEST(must(persistence::migrate(way)) > 0);
  BOOST_TEST(must(persistence::migrate(way)) == 0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
