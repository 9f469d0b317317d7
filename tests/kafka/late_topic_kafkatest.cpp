#include <boost/test/unit_test.hpp>

#include "tests/kafka/broker.hpp"
#include "tests/support/record_source_contract.hpp"

using namespace bankslip;
using namespace bankslip::testing;
using namespace std::chrono_literals;

// A broker answers that a topic is created before all of its metadata says so;
// a member that asked in between was left without partitions for five minutes.
BOOST_AUTO_TEST_SUITE(late_topic_kafkatest)

BOOST_AUTO_TEST_CASE(a_topic_that_comes_after_its_consumer_is_found_within_seconds) {
  kafka::kafka_options options;
  options.bootstrap_servers = broker_address();
  options.topic = fresh_name("late");
  options.group_id = options.topic + ".group";
  member m{kafka::make_record_source(options), {}};
  auto deadline = std::chrono::steady_clock::now() + 2s;
  while (std::chrono::steady_clock::now() < deadline)
    m.poll();
  BOOST_TEST(m.seen.assignments == 0);
  own_topics topics{3, options.topic};
  BOOST_TEST(poll_until({&m}, [&] { return m.seen.assignments > 0; }));
}

BOOST_AUTO_TEST_SUITE_END()
