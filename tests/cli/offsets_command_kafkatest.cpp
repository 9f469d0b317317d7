#include <sstream>

#include <boost/test/unit_test.hpp>

#include "cli/offsets_command.hpp"
#include "tests/kafka/broker.hpp"
#include "tests/support/record_source_contract.hpp"

using namespace bankslip;
using namespace bankslip::testing;

BOOST_AUTO_TEST_SUITE(offsets_command_kafkatest)

namespace {

/// How the command ended and what it wrote.
struct ending {
  int status = -1;
  std::string out;
  std::string err;
  bool says(std::string_view text) const { return (out + err).find(text) != std::string::npos; }
};

using offsets = std::map<std::int32_t, std::int64_t>;

ending run(const own_topics& topics, const cli::offsets_options& asked,
           const std::string& answer = "", const offsets& settled = {}) {
  std::istringstream in{answer};
  std::ostringstream out;
  std::ostringstream err;
  ending e;
  e.status = cli::run_offsets(
      asked, topics.options, [&] { return caf::expected{settled}; }, in, out, err);
  e.out = out.str();
  e.err = err.str();
  return e;
}

std::int64_t committed(const own_topics& topics, std::size_t partition) {
  auto found = kafka::read_group_positions(topics.options, std::chrono::seconds{10});
  BOOST_REQUIRE(found);
  BOOST_REQUIRE_GT(found->partitions.size(), partition);
  return found->partitions[partition].committed;
}

/// Ten records on partition 0 of two, of which four are settled and eight deleted.
void lose_records(const own_topics& topics) {
  kafka::impl::client_ptr client{topics.raw_client(RD_KAFKA_PRODUCER, {})};
  for (int i = 0; i < 10; ++i)
    BOOST_REQUIRE(rd_kafka_producev(client.get(), RD_KAFKA_V_TOPIC(topics.options.topic.c_str()),
                                    RD_KAFKA_V_PARTITION(0),
                                    RD_KAFKA_V_VALUE(const_cast<char*>("{}"), 2),
                                    RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END)
                  == RD_KAFKA_RESP_ERR_NO_ERROR);
  BOOST_REQUIRE(rd_kafka_flush(client.get(), 20'000) == RD_KAFKA_RESP_ERR_NO_ERROR);
  BOOST_REQUIRE(!kafka::set_group_positions(topics.options, {{0, 4}}, std::chrono::seconds{10}));
  delete_records_below(topics, 0, 8);
}

} // namespace

BOOST_AUTO_TEST_CASE(the_positions_are_shown_with_the_logs_bounds_and_what_is_lost) {
  own_topics topics{2};
  lose_records(topics);
  auto e = run(topics, {});
  BOOST_TEST(e.status == 0, e.err);
  for (const auto& part :
       {"group " + topics.options.group_id + " on topic " + topics.options.topic + ": 0 members",
        std::string{"        0           4           8          10           2  records lost\n"},
        std::string{"        1           -           0           0           0\n"}})
    BOOST_TEST(e.says(part), e.out);
  BOOST_TEST(committed(topics, 0) == 4);
}

BOOST_AUTO_TEST_CASE(the_positions_are_set_to_where_they_are_asked) {
  own_topics topics{2};
  lose_records(topics);
  struct request {
    const char* to;
    std::int32_t partition;
    std::int64_t first;
    std::int64_t second;
  };
  for (const auto& r : {request{"earliest", 0, 8, -1},
                        {"latest", 0, 10, -1},
                        {"9", 0, 9, -1},
                        {"earliest", -1, 8, 0},
                        {"latest", -1, 10, 0},
                        {"8", 0, 8, 0}}) {
    auto e = run(topics, {r.to, r.partition, true});
    BOOST_TEST(e.status == 0, e.err);
    BOOST_TEST(committed(topics, 0) == r.first, r.to);
    BOOST_TEST(committed(topics, 1) == r.second, r.to);
  }
}

BOOST_AUTO_TEST_CASE(the_positions_are_set_to_what_the_database_has_settled) {
  own_topics topics{2};
  lose_records(topics);
  BOOST_TEST(run(topics, {"settled", -1, true}, "", {{0, 9}, {1, 0}}).status == 0);
  BOOST_TEST(committed(topics, 0) == 9);
  BOOST_TEST(committed(topics, 1) == 0);
}

BOOST_AUTO_TEST_CASE(an_offset_of_the_database_that_the_log_does_not_have_begins_at_its_first) {
  own_topics topics{2};
  lose_records(topics);
  for (std::int64_t settled : {0, 7, 11, 999}) {
    BOOST_TEST(run(topics, {"settled", 0, true}, "", {{0, settled}}).status == 0);
    BOOST_TEST(committed(topics, 0) == 8);
  }
  BOOST_TEST(run(topics, {"settled", -1, true}).status == 0);
  BOOST_TEST(committed(topics, 1) == 0);
}

BOOST_AUTO_TEST_CASE(nothing_is_set_without_a_yes) {
  own_topics topics{2};
  lose_records(topics);
  for (const auto* answer : {"", "\n", "n\n", "no\n", "Y es\n", "maybe\n"}) {
    auto e = run(topics, {"earliest", 0, false}, answer);
    BOOST_TEST(e.status == 1, answer);
    BOOST_TEST(e.says("nothing was changed"), e.err);
    BOOST_TEST(committed(topics, 0) == 4, answer);
  }
  BOOST_TEST(run(topics, {"earliest", 0, false}, "y\n").status == 0);
  BOOST_TEST(committed(topics, 0) == 8);
}

BOOST_AUTO_TEST_CASE(an_offset_that_the_log_does_not_have_is_refused_with_its_bounds) {
  own_topics topics{2};
  lose_records(topics);
  for (const auto* to : {"0", "7", "11", "999999"}) {
    auto e = run(topics, {to, 0, true});
    BOOST_TEST(e.status == 2, to);
    BOOST_TEST(e.says("its log holds 8 to 10"), e.err);
  }
  BOOST_TEST(run(topics, {"earliest", 5, true}).says("has no partition 5"));
  for (const auto* to : {"", "first", "-1", "8x", " 8", "99999999999999999999", "+8", "LATEST"})
    BOOST_TEST(!cli::parse_offset_target(to), to);
  BOOST_TEST(committed(topics, 0) == 4);
}

BOOST_AUTO_TEST_CASE(a_group_with_members_is_refused_and_its_members_are_named) {
  own_topics topics{2};
  lose_records(topics);
  member m{kafka::make_record_source(topics.options), {}};
  BOOST_REQUIRE(poll_until({&m}, [&] { return m.seen.assignments > 0; }));
  auto e = run(topics, {"earliest", -1, true});
  BOOST_TEST(e.status == 1);
  BOOST_TEST(e.says("bankslip at /127.0.0.1"), e.out);
  BOOST_TEST(e.says("is active"), e.err);
  auto error = kafka::set_group_positions(topics.options, {{0, 8}}, std::chrono::seconds{10});
  BOOST_TEST((domain::code_of(error) == domain::errc::wrong_state), domain::text_of(error));
  m.source->close();
  BOOST_TEST(run(topics, {"earliest", 0, true}).status == 0);
  member next{kafka::make_record_source(topics.options), {}};
  BOOST_TEST(poll_until({&next}, [&] { return next.seen.keys.size() >= 2; }));
  BOOST_TEST(next.seen.stops.empty());
}

BOOST_AUTO_TEST_CASE(a_topic_or_broker_that_is_not_there_is_named) {
  own_topics topics{1};
  auto options = topics.options;
  options.topic = fresh_name("nobody");
  auto found = kafka::read_group_positions(options, std::chrono::seconds{5});
  BOOST_REQUIRE(!found);
  BOOST_TEST(domain::code_of(found.error()) == domain::errc::not_found);
  BOOST_TEST(domain::text_of(found.error()).find(options.topic) != std::string::npos);
  options.bootstrap_servers = "127.0.0.1:1";
  found = kafka::read_group_positions(options, std::chrono::seconds{1});
  BOOST_REQUIRE(!found);
  BOOST_TEST(domain::code_of(found.error()) == domain::errc::broker_unavailable);
}

BOOST_AUTO_TEST_SUITE_END()
