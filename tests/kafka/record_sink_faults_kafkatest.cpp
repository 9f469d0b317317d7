#include <set>

#include <boost/test/unit_test.hpp>

#include "tests/kafka/mock_cluster.hpp"
#include "tests/support/record_sink_contract.hpp"
#include "tests/support/record_source_contract.hpp"

using namespace bankslip;
using namespace bankslip::testing;
using namespace std::chrono_literals;
using domain::code_of;
using domain::errc;
using domain::text_of;

BOOST_AUTO_TEST_SUITE(record_sink_faults_kafkatest)

namespace {

/// Polls until `done` or 20 s have passed.
template <class Done>
bool poll_until(domain::record_sink& sink, Done done) {
  auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!done() && std::chrono::steady_clock::now() < deadline)
    BOOST_TEST(sink.poll(20ms).empty());
  return done();
}

/// Different keys in the topic of debts, once they are `count` or time has run out.
std::size_t keys_in(const mock_cluster& mock, std::size_t count) {
  member m{kafka::make_record_source(mock.options), {}};
  testing::poll_until({&m}, [&] { return m.seen.distinct().size() == count; });
  return m.seen.distinct().size();
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_passing_produce_error_is_overcome) {
  mock_cluster mock;
  mock.fail_next(kafka_request::produce, {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                                          RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS});
  auto sink = kafka::make_record_sink(mock.options);
  sink->publish({1}, make_batch(0, 5));
  auto got = answers(*sink, 1);
  BOOST_REQUIRE_EQUAL(got.size(), 1u);
  BOOST_TEST(!got[0].error, text_of(got[0].error));
}

// The client takes the first request for stored because the second one is.
BOOST_AUTO_TEST_CASE(a_request_that_only_a_later_one_vouches_for_is_published_again) {
  mock_cluster mock;
  mock.options.extra = "batch.num.messages=1";
  mock.set_round_trip(100);
  mock.fail_next(kafka_request::produce, {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION});
  auto sink = kafka::make_record_sink(mock.options);
  sink->publish({1}, make_batch(0, 20));
  auto got = answers(*sink, 1);
  BOOST_REQUIRE_EQUAL(got.size(), 1u);
  BOOST_TEST(!got[0].error, text_of(got[0].error));
  mock.set_round_trip(0);
  BOOST_TEST(keys_in(mock, 20) == 20u);
}

BOOST_AUTO_TEST_CASE(an_acknowledgement_without_an_offset_is_none) {
  mock_cluster mock;
  mock.fail_next(kafka_request::produce, {RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER,
                                          RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER});
  auto sink = kafka::make_record_sink(mock.options);
  sink->publish({1}, make_batch(0, 5));
  auto got = answers(*sink, 1);
  BOOST_REQUIRE_EQUAL(got.size(), 1u);
  BOOST_TEST(!got[0].error, text_of(got[0].error));
  BOOST_TEST(keys_in(mock, 5) == 5u);
}

BOOST_AUTO_TEST_CASE(acknowledgements_that_never_have_an_offset_fail_the_batch) {
  mock_cluster mock;
  mock.fail_next(kafka_request::produce,
                 std::vector(50, RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER));
  auto sink = kafka::make_record_sink(mock.options);
  sink->publish({1}, make_batch(0, 1));
  auto got = answers(*sink, 1);
  BOOST_REQUIRE_EQUAL(got.size(), 1u);
  BOOST_TEST(code_of(got[0].error) == errc::broker_unavailable);
  BOOST_TEST(contains(text_of(got[0].error), "row 0: acknowledged without an offset"));
  BOOST_TEST(sink->in_flight() == 0u);
}

BOOST_AUTO_TEST_CASE(a_lasting_produce_error_fails_the_batch_and_names_topic_and_reason) {
  mock_cluster mock;
  mock.fail_next(kafka_request::produce, {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
                                          RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED});
  auto sink = kafka::make_record_sink(mock.options);
  sink->publish({1}, make_batch(0, 5));
  auto got = answers(*sink, 1);
  BOOST_REQUIRE_EQUAL(got.size(), 1u);
  BOOST_TEST(code_of(got[0].error) == errc::broker_unavailable);
  BOOST_TEST(contains(text_of(got[0].error), "topic debts: row "));
  BOOST_TEST(contains(text_of(got[0].error), "authorization failed"));
}

BOOST_AUTO_TEST_CASE(a_batch_fails_in_time_while_the_broker_is_away) {
  mock_cluster mock;
  mock.options.publish_timeout = 1s;
  mock.set_down();
  auto sink = kafka::make_record_sink(mock.options);
  sink->publish({1}, make_batch(0, 5));
  auto got = answers(*sink, 1);
  BOOST_REQUIRE_EQUAL(got.size(), 1u);
  BOOST_TEST(code_of(got[0].error) == errc::broker_unavailable);
  BOOST_TEST(contains(text_of(got[0].error), "timed out"));
  BOOST_TEST(!sink->connected());
  BOOST_TEST(sink->ready());
}

BOOST_AUTO_TEST_CASE(an_idle_sink_sees_the_broker_go_and_come_back) {
  mock_cluster mock;
  auto sink = kafka::make_record_sink(mock.options);
  BOOST_TEST(poll_until(*sink, [&] { return sink->connected(); }));
  mock.set_down();
  BOOST_TEST(poll_until(*sink, [&] { return !sink->connected(); }));
  mock.set_up();
  BOOST_TEST(poll_until(*sink, [&] { return sink->connected(); }));
}

BOOST_AUTO_TEST_CASE(a_batch_waits_for_a_broker_that_comes_back) {
  mock_cluster mock;
  mock.set_down();
  auto sink = kafka::make_record_sink(mock.options);
  sink->publish({1}, make_batch(0, 5));
  BOOST_TEST(sink->poll(300ms).empty());
  mock.set_up();
  auto got = answers(*sink, 1);
  BOOST_REQUIRE_EQUAL(got.size(), 1u);
  BOOST_TEST(!got[0].error, text_of(got[0].error));
}

BOOST_AUTO_TEST_CASE(a_lost_client_gives_back_only_what_was_not_acknowledged) {
  mock_cluster mock;
  auto sink = kafka::make_record_sink(mock.options);
  sink->publish({1}, make_batch(0, 5));
  answers(*sink, 1);
  // Enough for the requests to both partitions, however the records are split.
  mock.fail_next(kafka_request::produce,
                 std::vector(20, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER));
  sink->publish({2}, make_batch(5, 5));
  sink->publish({3}, make_batch(10, 5));
  BOOST_TEST(poll_until(*sink, [&] { return static_cast<bool>(sink->fatal()); }));
  BOOST_TEST(code_of(sink->fatal()) == errc::client_fatal);
  BOOST_TEST(contains(text_of(sink->fatal()), "producer of topic debts"));
  BOOST_TEST(!sink->ready());
  sink->publish({4}, make_batch(15, 5)); // too late, yet kept
  auto unfinished = sink->take_unfinished();
  BOOST_TEST(sink->in_flight() == 0u);
  std::set<std::string> keys;
  for (const auto& [token, batch] : unfinished)
    for (const auto& r : batch->records)
      keys.insert(std::string{batch->key(r)});
  BOOST_TEST(keys.size() == 15u);
  BOOST_TEST(!keys.contains("key-0"));
  mock.forget_errors(kafka_request::produce);
  auto next = kafka::make_record_sink(mock.options);
  std::vector<domain::outbound_batch_ptr> rest;
  for (auto& [token, batch] : unfinished)
    rest.push_back(batch);
  for (const auto& r : publish_all(*next, rest))
    BOOST_TEST(!r.error, text_of(r.error));
}

BOOST_AUTO_TEST_CASE(a_sink_with_records_under_way_ends_in_time) {
  mock_cluster mock;
  // Longer than ctest lets the test run.
  mock.set_round_trip(600'000);
  auto sink = kafka::make_record_sink(mock.options);
  sink->publish({1}, make_batch(0, 500));
  sink->poll(50ms);
  BOOST_TEST(sink->in_flight() == 1u);
  sink.reset();
}

BOOST_AUTO_TEST_SUITE_END()
