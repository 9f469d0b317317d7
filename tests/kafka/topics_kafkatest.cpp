#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "tests/kafka/broker.hpp"

using namespace bankslip;
using namespace bankslip::testing;
using namespace std::chrono_literals;

namespace {

kafka::cluster_state look(const kafka::kafka_options& options) {
  auto state = kafka::inspect_topics(options, 10s);
  if (!state)
    BOOST_FAIL(domain::text_of(state.error()));
  BOOST_TEST_REQUIRE(state->topics.size() == 2u);
  return *state;
}

kafka::kafka_options absent_topics() {
  kafka::kafka_options options;
  options.bootstrap_servers = broker_address();
  options.topic = fresh_name("absent");
  options.dead_letter_topic = options.topic + ".dlq";
  return options;
}

} // namespace

BOOST_AUTO_TEST_SUITE(topics_kafkatest)

BOOST_AUTO_TEST_CASE(topics_that_are_there_are_told_with_their_partitions) {
  const own_topics topics{4};
  auto state = look(topics.options);
  // A broker tells of a new topic a moment after it was made.
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (std::ranges::any_of(state.topics, [](const auto& t) { return t.partitions < 4; })
         && std::chrono::steady_clock::now() < deadline)
    state = look(topics.options);
  BOOST_TEST(state.brokers >= 1);
  for (const auto& topic : state.topics) {
    BOOST_TEST(topic.partitions == 4);
    BOOST_TEST(topic.replicas == 1);
  }
}

BOOST_AUTO_TEST_CASE(topics_that_could_be_made_are_not_made_by_looking) {
  const auto options = absent_topics();
  for (int i = 0; i < 2; ++i)
    for (const auto& topic : look(options).topics) {
      BOOST_TEST(topic.partitions == 0);
      BOOST_TEST(topic.refusal.empty(), topic.refusal);
    }
}

BOOST_AUTO_TEST_CASE(the_brokers_reason_is_told_where_they_would_not_make_a_topic) {
  auto options = absent_topics();
  options.replication = 99;
  for (const auto& topic : look(options).topics)
    BOOST_TEST(topic.refusal.find("eplication") != std::string::npos, topic.refusal);
}

BOOST_AUTO_TEST_CASE(brokers_that_are_away_are_said_so) {
  auto options = absent_topics();
  options.bootstrap_servers = "127.0.0.1:1";
  const auto state = kafka::inspect_topics(options, 500ms);
  BOOST_REQUIRE(!state);
  BOOST_TEST(domain::code_of(state.error()) == domain::errc::broker_unavailable);
}

BOOST_AUTO_TEST_SUITE_END()
