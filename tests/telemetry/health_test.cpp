#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "telemetry/health.hpp"
#include "telemetry/log.hpp"

using namespace bankslip::telemetry;

using reasons = std::vector<std::string>;

BOOST_AUTO_TEST_SUITE(health_test)

BOOST_AUTO_TEST_CASE(a_process_is_ready_until_a_dependency_is_away) {
  init_log({log_level::off, log_format::json});
  BOOST_TEST((unready_reasons() == reasons{}));
  BOOST_TEST(!is_away("kafka"));
  set_dependency("kafka", true);
  BOOST_TEST((unready_reasons() == reasons{}));
  set_dependency("postgresql", false, "connection refused");
  set_dependency("kafka", false);
  BOOST_TEST(is_away("kafka"));
  BOOST_TEST((unready_reasons() == reasons{"kafka: away", "postgresql: connection refused"}));
  set_dependency("postgresql", false, "still starting");
  BOOST_TEST((unready_reasons() == reasons{"kafka: away", "postgresql: still starting"}));
  set_dependency("kafka", true, "ignored when available");
  set_dependency("postgresql", true);
  BOOST_TEST(!is_away("kafka"));
  BOOST_TEST((unready_reasons() == reasons{}));
}

BOOST_AUTO_TEST_CASE(a_stopping_process_is_not_ready) {
  set_stopping();
  BOOST_TEST((unready_reasons() == reasons{"the process is stopping"}));
}

BOOST_AUTO_TEST_SUITE_END()
