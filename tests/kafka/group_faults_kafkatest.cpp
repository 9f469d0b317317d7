#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "tests/kafka/mock_cluster.hpp"
#include "tests/support/record_sink_contract.hpp"
#include "tests/support/record_source_contract.hpp"

using namespace bankslip;
using namespace bankslip::testing;
using domain::text_of;

BOOST_AUTO_TEST_SUITE(group_faults_kafkatest)

namespace {

void append(const mock_cluster& mock, int first, int count) {
  auto sink = kafka::make_record_sink(mock.options);
  for (const auto& r : publish_all(*sink, {make_batch(first, count)}))
    BOOST_TEST(!r.error, text_of(r.error));
}

} // namespace

BOOST_AUTO_TEST_CASE(a_member_whose_joining_is_refused_tries_until_it_is_in) {
  mock_cluster mock;
  append(mock, 0, 20);
  mock.fail_next(kafka_request::join_group,
                 {RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
                  RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS});
  member m{kafka::make_record_source(mock.options), {}};
  BOOST_TEST(poll_until({&m}, [&] { return m.seen.distinct().size() >= 20; }));
  BOOST_TEST(m.seen.assignments == 1);
}

BOOST_AUTO_TEST_CASE(a_member_that_the_group_forgot_gives_up_its_partitions_and_comes_back) {
  mock_cluster mock;
  mock.options.extra = "heartbeat.interval.ms=100";
  append(mock, 0, 20);
  member m{kafka::make_record_source(mock.options), {}};
  BOOST_REQUIRE(poll_until({&m}, [&] { return m.seen.distinct().size() >= 20; }));
  m.commit_seen();
  BOOST_REQUIRE(poll_until({&m}, [&] {
    auto lag = m.source->lag();
    return !lag.empty()
           && std::all_of(lag.begin(), lag.end(), [](auto& p) { return p.second == 0; });
  }));
  mock.fail_next(kafka_request::heartbeat, {RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID});
  BOOST_TEST(poll_until({&m}, [&] { return m.seen.assignments > 1; }));
  BOOST_TEST(m.seen.revocations == 1);
  // It goes on from what it had committed.
  append(mock, 20, 20);
  BOOST_TEST(poll_until({&m}, [&] { return m.seen.distinct().size() >= 40; }));
  BOOST_TEST(m.seen.keys.size() == 40u);
}

BOOST_AUTO_TEST_SUITE_END()
