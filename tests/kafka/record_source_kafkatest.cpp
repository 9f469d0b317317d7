#include <boost/test/unit_test.hpp>

#include "tests/kafka/broker.hpp"
#include "tests/support/record_source_contract.hpp"

using namespace bankslip;
using namespace bankslip::testing;
using namespace std::chrono_literals;
using domain::code_of;
using domain::errc;
using domain::text_of;

BOOST_AUTO_TEST_SUITE(record_source_kafkatest)

namespace {

class broker_world final : public record_source_world {
public:
  std::unique_ptr<domain::record_source> join() override {
    return kafka::make_record_source(topics.options);
  }

  int partitions() const override { return topics.options.partitions; }

  void append(int first, int count) override {
    auto batch = std::make_shared<domain::outbound_batch>();
    batch->upload_id = 9;
    for (int i = first; i < first + count; ++i)
      batch->add("k" + std::to_string(i), "v" + std::to_string(i), i);
    auto sink = kafka::make_record_sink(topics.options);
    for (const auto& r : publish_all(*sink, {batch}))
      BOOST_TEST(!r.error, text_of(r.error));
  }

  own_topics topics;
};

/// As other producers write: no key, all on partition 0, headers as given.
void append_raw(const own_topics& topics,
                const std::vector<std::vector<std::pair<std::string, std::string>>>& records) {
  kafka::impl::client_ptr client{topics.raw_client(RD_KAFKA_PRODUCER, {})};
  for (const auto& headers : records) {
    auto* h = rd_kafka_headers_new(headers.size());
    for (const auto& [name, value] : headers)
      rd_kafka_header_add(h, name.c_str(), -1, value.data(), static_cast<ssize_t>(value.size()));
    auto code = rd_kafka_producev(
        client.get(), RD_KAFKA_V_TOPIC(topics.options.topic.c_str()), RD_KAFKA_V_PARTITION(0),
        RD_KAFKA_V_VALUE(const_cast<char*>("{}"), 2), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_HEADERS(h), RD_KAFKA_V_END);
    BOOST_REQUIRE(code == RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  BOOST_REQUIRE(rd_kafka_flush(client.get(), 20'000) == RD_KAFKA_RESP_ERR_NO_ERROR);
}

/// The first fatal error within 40 s.
caf::error fatal_of(member& m) {
  auto deadline = std::chrono::steady_clock::now() + 40s;
  while (std::chrono::steady_clock::now() < deadline)
    if (auto error = m.source->poll(50ms, 1000, m.seen); code_of(error) == errc::client_fatal)
      return error;
  return {};
}

} // namespace

BOOST_AUTO_TEST_SUITE(contract)
const auto clauses = source_contract::add_clauses<broker_world>();
BOOST_AUTO_TEST_SUITE_END()

// The client sleeps for a second where all queues are full: 100 times, if it
// were not woken when they are emptied.
BOOST_AUTO_TEST_CASE(queues_that_hold_one_batch_are_refilled_at_once) {
  broker_world world;
  world.topics.options.extra =
      "compression.type=none;batch.num.messages=2;queued.max.messages.kbytes=1;"
      "fetch.message.max.bytes=1024;receive.message.max.bytes=1000000;"
      "fetch.max.bytes=4096;message.max.bytes=4096";
  constexpr int count = 600;
  auto batch = std::make_shared<domain::outbound_batch>();
  for (int i = 0; i < count; ++i)
    batch->add("k" + std::to_string(i), std::string(800, 'x'));
  auto sink = kafka::make_record_sink(world.topics.options);
  for (const auto& r : publish_all(*sink, {batch}))
    BOOST_TEST(!r.error, text_of(r.error));
  member m{world.join(), {}};
  // Paused for one poll in two, so that the client fills all queues and falls asleep.
  auto each = [&](auto what) {
    for (auto p : m.seen.owned)
      (m.source.get()->*what)(p);
  };
  BOOST_TEST(poll_until({&m}, [&] {
    each(&domain::record_source::pause);
    m.poll();
    each(&domain::record_source::resume);
    return m.seen.keys.size() == count;
  }));
  BOOST_TEST(m.seen.distinct().size() == static_cast<std::size_t>(count));
}

BOOST_AUTO_TEST_CASE(messages_of_other_producers_are_taken_and_only_strict_headers_believed) {
  own_topics topics;
  append_raw(topics, {{},
                      {{"upload_id", "12"}, {"row", "0"}},
                      {{"upload_id", "12"}},
                      {{"row", "3"}},
                      {{"upload_id", "12x"}, {"row", "3"}},
                      {{"upload_id", "-12"}, {"row", "3"}},
                      {{"upload_id", "12"}, {"row", " 3"}},
                      {{"upload_id", "12"}, {"row", ""}},
                      {{"upload_id", "99999999999999999999"}, {"row", "3"}},
                      {{"upload_id", "0"}, {"row", "3"}},
                      {{"stored", "1"}},
                      {{"stored", "true"}},
                      {{"upload_id", "5"}, {"other", "x"}, {"row", "7"}, {"upload_id", "6"}}});
  member m{kafka::make_record_source(topics.options), {}};
  BOOST_REQUIRE(poll_until({&m}, [&] { return m.seen.keys.size() >= 13; }));
  BOOST_TEST(m.seen.next.size() == 1u);
  std::vector<domain::origin> expected(13);
  expected[1] = {12, 0};
  expected[12] = {6, 7};
  BOOST_TEST((m.seen.origins == expected));
  std::vector<bool> stored(13);
  stored[10] = true;
  BOOST_TEST((m.seen.stored_flags == stored));
  BOOST_TEST((m.seen.distinct() == std::set<std::string>{""}));
}

BOOST_AUTO_TEST_CASE(a_group_without_offsets_starts_at_the_oldest_record_that_is_left) {
  own_topics topics{1};
  append_raw(topics, std::vector<std::vector<std::pair<std::string, std::string>>>(10));
  delete_records_below(topics, 0, 8);
  member m{kafka::make_record_source(topics.options), {}};
  BOOST_TEST(poll_until({&m}, [&] { return m.seen.keys.size() >= 2; }));
  BOOST_TEST(m.seen.next[0] == 10);
}

BOOST_AUTO_TEST_CASE(a_second_process_of_the_same_instance_fences_the_first) {
  own_topics topics{2};
  topics.options.instance_id = "worker-1";
  member first{kafka::make_record_source(topics.options), {}};
  BOOST_REQUIRE(poll_until({&first}, [&] { return first.seen.owned.size() == 2; }));
  member second{kafka::make_record_source(topics.options), {}};
  BOOST_REQUIRE(poll_until({&second}, [&] { return second.seen.owned.size() == 2; }));
  auto error = fatal_of(first);
  BOOST_TEST((code_of(error) == errc::client_fatal), text_of(error));
  first.source->close();
}

BOOST_AUTO_TEST_SUITE_END()
