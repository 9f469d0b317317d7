#include <set>

#include <boost/test/unit_test.hpp>

#include "tests/kafka/broker.hpp"
#include "tests/support/record_sink_contract.hpp"

using namespace bankslip;
using namespace bankslip::testing;

BOOST_AUTO_TEST_SUITE(record_sink_kafkatest)

namespace {

class broker_world final : public record_sink_world {
public:
  domain::record_sink& sink() override { return *sink_; }

  std::vector<published_record> published(domain::channel from, std::size_t count) override {
    const auto& topic =
        from == domain::channel::debts ? topics_.options.topic : topics_.options.dead_letter_topic;
    auto records = read_topic(topics_, topic, count);
    return {records.begin(), records.end()};
  }

private:
  own_topics topics_;
  std::unique_ptr<domain::record_sink> sink_ = kafka::make_record_sink(topics_.options);
};

/// Kafka's Utils.murmur2, written after its description.
std::uint32_t murmur2(std::string_view data) {
  constexpr std::uint32_t m = 0x5bd1e995;
  auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(data[i]));
  };
  auto h = 0x9747b28cU ^ static_cast<std::uint32_t>(data.size());
  std::size_t i = 0;
  for (; i + 4 <= data.size(); i += 4) {
    auto k = byte(i) | byte(i + 1) << 8 | byte(i + 2) << 16 | byte(i + 3) << 24;
    k *= m;
    k ^= k >> 24;
    h = h * m ^ k * m;
  }
  auto rest = data.size() - i;
  for (auto j = rest; j > 0; --j)
    h ^= byte(i + j - 1) << (8 * (j - 1));
  if (rest > 0)
    h *= m;
  h ^= h >> 13;
  h *= m;
  return h ^ h >> 15;
}

} // namespace

BOOST_AUTO_TEST_SUITE(contract)
const auto clauses = sink_contract::add_clauses<broker_world>();
BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(a_key_lies_on_the_partition_that_javas_partitioner_gives) {
  // From Kafka's own UtilsTest.
  BOOST_TEST(static_cast<std::int32_t>(murmur2("21")) == -973932308);
  BOOST_TEST(static_cast<std::int32_t>(murmur2("foobar")) == -790332482);
  BOOST_TEST(static_cast<std::int32_t>(murmur2("a-little-bit-long-string")) == -985981536);
  BOOST_TEST(static_cast<std::int32_t>(murmur2("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8"))
             == -58897971);
  own_topics topics{6};
  auto sink = kafka::make_record_sink(topics.options);
  publish_all(*sink, {make_batch(0, 300)});
  std::set<std::int32_t> used;
  for (const auto& r : read_topic(topics, topics.options.topic, 300)) {
    BOOST_TEST(r.partition == static_cast<std::int32_t>((murmur2(r.key) & 0x7fffffff) % 6), r.key);
    used.insert(r.partition);
  }
  BOOST_TEST(used.size() == 6u);
}

BOOST_AUTO_TEST_CASE(a_full_queue_holds_a_batch_back_and_loses_nothing) {
  own_topics topics;
  topics.options.queue_kib = 1;
  auto sink = kafka::make_record_sink(topics.options);
  auto big = std::make_shared<domain::outbound_batch>();
  for (int i = 0; i < 200; ++i)
    big->add("key-" + std::to_string(i), std::string(100, 'x'), i);
  sink->publish({1}, big);
  BOOST_TEST(!sink->ready());
  sink->publish({2}, make_batch(200, 50)); // not asked for, yet kept
  auto got = answers(*sink, 2);
  for (const auto& r : got)
    BOOST_TEST(!r.error, domain::text_of(r.error));
  BOOST_TEST(sink->ready());
  std::set<std::string> keys;
  for (const auto& r : read_topic(topics, topics.options.topic, 250))
    keys.insert(r.key);
  BOOST_TEST(keys.size() == 250u);
}

BOOST_AUTO_TEST_CASE(a_record_that_is_too_large_fails_its_batch_as_invalid) {
  own_topics topics;
  auto sink = kafka::make_record_sink(topics.options);
  auto batch = std::make_shared<domain::outbound_batch>();
  batch->upload_id = 3;
  batch->add("small", "x", 0);
  batch->add("large", std::string(2'000'000, 'x'), 17);
  sink->publish({1}, batch);
  auto got = answers(*sink, 1);
  BOOST_REQUIRE_EQUAL(got.size(), 1u);
  BOOST_TEST(domain::code_of(got[0].error) == domain::errc::invalid_input);
  auto text = domain::text_of(got[0].error);
  BOOST_TEST(text.find(topics.options.topic + ": row 17: ") != std::string::npos, text);
  publish_all(*sink, {make_batch(0, 5)});
  BOOST_TEST(!sink->fatal());
}

BOOST_AUTO_TEST_CASE(topics_that_others_have_made_are_enough) {
  own_topics topics{2};
  auto options = topics.options;
  // Refused, as to one who may make no topics.
  options.replication = 20'000;
  BOOST_TEST(!kafka::ensure_topics(options, std::chrono::seconds{10}));
  options.topic = fresh_name("nobody");
  auto error = kafka::ensure_topics(options, std::chrono::seconds{10});
  BOOST_TEST(domain::code_of(error) == domain::errc::invalid_input);
}

BOOST_AUTO_TEST_CASE(topics_that_exist_are_left_as_they_are) {
  own_topics topics{2};
  auto again = topics.options;
  again.partitions = 5;
  BOOST_TEST(!kafka::ensure_topics(again, std::chrono::seconds{10}));
  auto sink = kafka::make_record_sink(topics.options);
  publish_all(*sink, {make_batch(0, 50)});
  for (const auto& r : read_topic(topics, topics.options.topic, 50))
    BOOST_TEST(r.partition < 2);
}

BOOST_AUTO_TEST_SUITE_END()
