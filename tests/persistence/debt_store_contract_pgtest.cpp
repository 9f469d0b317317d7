#include <boost/test/unit_test.hpp>

#include "tests/support/debt_store_contract.hpp"
#include "tests/support/pg_database.hpp"

using namespace bankslip;

BOOST_AUTO_TEST_SUITE(debt_store_contract_pgtest)

namespace {

struct postgres_world {
  test::pg_database database;

  auto settlement_store() { return persistence::make_settlement_store(database.options()); }
  auto debt_store() { return persistence::make_debt_store(database.options()); }
};

} // namespace

const auto clauses = test::debt_contract::add_clauses<postgres_world>();

BOOST_AUTO_TEST_SUITE_END()
