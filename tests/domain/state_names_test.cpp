#include <boost/test/unit_test.hpp>

#include "domain/debt.hpp"
#include "domain/uploads.hpp"

using namespace bankslip::domain;

BOOST_AUTO_TEST_SUITE(state_names_test)

BOOST_AUTO_TEST_CASE(states_of_a_debt_have_the_names_that_clients_know) {
  BOOST_TEST(to_string(debt_status::imported) == "imported");
  BOOST_TEST(to_string(debt_status::generated) == "generated");
  BOOST_TEST(to_string(debt_status::emailed) == "emailed");
  BOOST_TEST(to_string(debt_status::failed) == "failed");
  BOOST_TEST(to_string(debt_status::in_doubt) == "in_doubt");
}

BOOST_AUTO_TEST_CASE(states_of_an_upload_have_the_names_that_clients_know) {
  BOOST_TEST(to_string(upload_state::receiving) == "receiving");
  BOOST_TEST(to_string(upload_state::processing) == "processing");
  BOOST_TEST(to_string(upload_state::done) == "done");
  BOOST_TEST(to_string(upload_state::aborted) == "aborted");
}

BOOST_AUTO_TEST_CASE(a_debt_on_its_way_is_not_final) {
  BOOST_TEST(!is_final(debt_status::imported));
  BOOST_TEST(!is_final(debt_status::generated));
  BOOST_TEST(is_final(debt_status::emailed));
  BOOST_TEST(is_final(debt_status::failed));
  BOOST_TEST(is_final(debt_status::in_doubt));
}

BOOST_AUTO_TEST_SUITE_END()
