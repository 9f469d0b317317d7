#include <boost/test/unit_test.hpp>

#include "tests/support/pg_database.hpp"
#include "tests/support/webhook_store_contract.hpp"

using namespace bankslip;

BOOST_AUTO_TEST_SUITE(webhook_store_contract_pgtest)

namespace {

struct postgres_world {
  test::pg_database database;

  auto settlement_store() { return persistence::make_settlement_store(database.options()); }
  auto debt_store() { return persistence::make_debt_store(database.options()); }
  auto webhook_store() {
    return persistence::make_webhook_store(database.options(), "https://example.com/hook");
  }
  void tell(domain::event_set events) { database.options().events = events; }
};

} // namespace

const auto clauses = test::webhook_contract::add_clauses<postgres_world>();

using test::webhook_contract::must;

BOOST_FIXTURE_TEST_CASE(another_endpoint_is_not_stopped, postgres_world) {
  test::webhook_contract::write_events(*this, 1);
  must(webhook_store()->stop());
  auto other = persistence::make_webhook_store(database.options(), "https://example.org/hook");
  BOOST_TEST(must(webhook_store()->claim(5, {})).empty());
  BOOST_TEST(must(other->claim(5, {})).size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(events_are_forgotten_after_a_month, postgres_world) {
  test::webhook_contract::write_events(*this, 3);
  auto s = webhook_store();
  auto e = must(s->claim(1, {})).at(0);
  must(s->finish({e.id, 500, {}, "no", {}}, {}));
  database.exec("update webhook_events set created_at = now() - interval '31 days' where id = "
                + std::to_string(e.id));
  must(debt_store()->expire_leases());
  BOOST_TEST(database.value("select count(*) from webhook_events") == "2");
  BOOST_TEST(database.value("select count(*) from webhook_tries") == "0");
}

BOOST_AUTO_TEST_SUITE_END()
