#include <boost/test/unit_test.hpp>

#include "tests/support/pg_database.hpp"
#include "tests/support/settlement_store_contract.hpp"

using namespace bankslip;

BOOST_AUTO_TEST_SUITE(settlement_store_contract_pgtest)

namespace {

struct postgres_world {
  test::pg_database database;

  auto settlement_store() { return persistence::make_settlement_store(database.options()); }
  void use_topic(const char* name) { database.options().topic = name; }
  auto debt_store() { return persistence::make_debt_store(database.options()); }
};

} // namespace

const auto clauses = test::settlement_contract::add_clauses<postgres_world>();

BOOST_AUTO_TEST_SUITE_END()
