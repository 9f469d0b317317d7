#include <boost/test/unit_test.hpp>

#include "tests/kafka/mock_cluster.hpp"
#include "tests/support/record_sink_contract.hpp"
#include "tests/support/record_source_contract.hpp"

using namespace bankslip;
using namespace bankslip::testing;
using namespace std::chrono_literals;
using domain::text_of;

BOOST_AUTO_TEST_SUITE(record_source_faults_kafkatest)

namespace {

void append(const mock_cluster& mock, int first, int count) {
  auto sink = kafka::make_record_sink(mock.options);
  for (const auto& r : publish_all(*sink, {make_batch(first, count)}))
    BOOST_TEST(!r.error, text_of(r.error));
}

/// What a new member of the group is given within `patience`.
std::size_t left_for_the_next(const mock_cluster& mock, std::chrono::milliseconds patience) {
  member next{kafka::make_record_source(mock.options), {}};
  BOOST_REQUIRE(poll_until({&next}, [&] { return next.seen.assignments > 0; }));
  auto deadline = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < deadline)
    next.poll();
  return next.seen.keys.size();
}

} // namespace

BOOST_AUTO_TEST_CASE(an_assignment_waits_until_the_committed_offsets_are_known) {
  mock_cluster mock;
  append(mock, 0, 20);
  mock.fail_next(kafka_request::offset_fetch,
                 std::vector(3, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED));
  member m{kafka::make_record_source(mock.options), {}};
  auto refused = false;
  auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!refused && std::chrono::steady_clock::now() < deadline) {
    auto error = m.source->poll(20ms, 100, m.seen);
    refused = text_of(error).find("committed offsets of topic debts") != std::string::npos;
    BOOST_TEST(m.seen.assignments == 0);
  }
  BOOST_TEST(refused);
  BOOST_TEST(poll_until({&m}, [&] { return m.seen.keys.size() >= 20; }));
  BOOST_TEST(m.seen.assignments == 1);
}

BOOST_AUTO_TEST_CASE(a_partition_that_cannot_be_read_is_tried_again_from_the_same_record) {
  mock_cluster mock;
  append(mock, 0, 20);
  mock.fail_next(kafka_request::fetch, {RD_KAFKA_RESP_ERR_INVALID_MSG});
  member m{kafka::make_record_source(mock.options), {}};
  BOOST_REQUIRE(poll_until({&m}, [&] { return !m.seen.stops.empty(); }));
  for (const auto& found : m.seen.stops) {
    BOOST_TEST(!found.is_lost());
    BOOST_TEST(found.lost() == 0);
    BOOST_TEST(!found.reason.empty());
  }
  BOOST_TEST(m.seen.keys.size() < 20u);
  BOOST_TEST(poll_until({&m}, [&] { return m.seen.keys.size() >= 20; }));
  BOOST_TEST(m.seen.distinct().size() == 20u);
  BOOST_TEST(m.seen.keys.size() == 20u);
}

// A leader that has been frozen may say so of an offset that is there: it lags behind.
BOOST_AUTO_TEST_CASE(a_partition_whose_offset_was_wrongly_out_of_range_is_read_on) {
  mock_cluster mock;
  append(mock, 0, 20);
  mock.fail_next(kafka_request::fetch, {RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE});
  member m{kafka::make_record_source(mock.options), {}};
  BOOST_REQUIRE(poll_until({&m}, [&] { return !m.seen.stops.empty(); }));
  BOOST_TEST(!m.seen.stops.front().is_lost());
  BOOST_TEST(poll_until({&m}, [&] { return m.seen.keys.size() >= 20; }));
  BOOST_TEST(m.seen.distinct().size() == 20u);
  BOOST_TEST(m.seen.keys.size() == 20u);
}

BOOST_AUTO_TEST_CASE(a_refused_commit_is_sent_again) {
  mock_cluster mock;
  append(mock, 0, 20);
  {
    member m{kafka::make_record_source(mock.options), {}};
    BOOST_REQUIRE(poll_until({&m}, [&] { return m.seen.keys.size() >= 20; }));
    mock.fail_next(kafka_request::offset_commit, {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED});
    m.commit_seen();
    // The first commit fails at once, the next goes out after a second.
    auto deadline = std::chrono::steady_clock::now() + 2500ms;
    while (std::chrono::steady_clock::now() < deadline)
      m.poll();
    // The last one, at close, fails too: only the repeated one can have counted.
    mock.fail_next(kafka_request::offset_commit,
                   std::vector(3, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED));
    m.source->close();
    mock.forget_errors(kafka_request::offset_commit);
  }
  BOOST_TEST(left_for_the_next(mock, 1500ms) == 0u);
}

BOOST_AUTO_TEST_CASE(a_source_goes_on_when_the_broker_comes_back) {
  mock_cluster mock;
  append(mock, 0, 20);
  member m{kafka::make_record_source(mock.options), {}};
  BOOST_REQUIRE(poll_until({&m}, [&] { return m.seen.keys.size() >= 20; }));
  BOOST_TEST(m.source->connected());
  mock.set_down();
  BOOST_TEST(poll_until({&m}, [&] { return !m.source->connected(); }));
  mock.set_up();
  BOOST_TEST(poll_until({&m}, [&] { return m.source->connected(); }));
  append(mock, 20, 20);
  BOOST_TEST(poll_until({&m}, [&] { return m.seen.distinct().size() >= 40; }));
}

BOOST_AUTO_TEST_CASE(closing_ends_in_time_while_the_broker_is_away) {
  mock_cluster mock;
  append(mock, 0, 20);
  member m{kafka::make_record_source(mock.options), {}};
  BOOST_REQUIRE(poll_until({&m}, [&] { return m.seen.keys.size() >= 20; }));
  m.commit_seen();
  mock.set_down();
  BOOST_REQUIRE(poll_until({&m}, [&] { return !m.source->connected(); }));
  m.source->close();
  m.source.reset();
}

BOOST_AUTO_TEST_CASE(a_source_without_a_broker_says_so_and_ends_in_time) {
  kafka::kafka_options options;
  options.bootstrap_servers = "127.0.0.1:1";
  member m{kafka::make_record_source(options), {}};
  auto away = false;
  auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!away && std::chrono::steady_clock::now() < deadline)
    away = domain::code_of(m.source->poll(20ms, 10, m.seen)) == domain::errc::broker_unavailable;
  BOOST_TEST(away);
  BOOST_TEST(!m.source->connected());
  BOOST_TEST(m.source->lag().empty());
  m.source.reset();
}

BOOST_AUTO_TEST_SUITE_END()
