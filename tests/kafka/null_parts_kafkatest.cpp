#include <optional>

#include <boost/test/unit_test.hpp>

#include "tests/kafka/broker.hpp"

using namespace bankslip;
using namespace bankslip::testing;

BOOST_AUTO_TEST_SUITE(null_parts_kafkatest)

namespace {

using part = std::optional<std::string>;
using parts = std::pair<part, part>;

std::string_view view(const part& p) { return p ? std::string_view{*p} : std::string_view{}; }
part copy(std::string_view p) { return p.data() == nullptr ? part{} : part{std::string{p}}; }

/// Key and value: each null, empty, or a text.
std::vector<parts> all_kinds() {
  const std::vector<part> kinds{std::nullopt, "", "text"};
  std::vector<parts> out;
  for (const auto& key : kinds)
    for (const auto& value : kinds)
      out.emplace_back(key, value);
  return out;
}

struct part_visitor final : domain::source_visitor {
  std::vector<parts> got;
  domain::inbound_batch batch;
  void on_assigned(std::span<const std::int32_t>) override {}
  void on_revoked(std::span<const std::int32_t>) override {}
  void on_record(std::int32_t, std::int64_t offset, std::string_view key, std::string_view value,
                 domain::origin, bool) override {
    got.emplace_back(copy(key), copy(value));
    batch.add(offset, key, value);
  }
};

/// Publishes them in their order, all on one partition.
void publish(const own_topics& topics, const std::vector<parts>& records) {
  auto batch = std::make_shared<domain::outbound_batch>();
  for (const auto& [key, value] : records)
    batch->add(view(key), view(value));
  auto sink = kafka::make_record_sink(topics.options);
  for (const auto& r : publish_all(*sink, {batch}))
    BOOST_TEST(!r.error, domain::text_of(r.error));
}

} // namespace

BOOST_AUTO_TEST_CASE(the_sink_publishes_null_as_null_and_empty_as_empty) {
  own_topics topics{1};
  publish(topics, all_kinds());
  kafka::impl::client_ptr client{topics.raw_client(
      RD_KAFKA_CONSUMER, {{"group.id", "reader"}, {"enable.auto.commit", "false"}})};
  kafka::impl::partitions_ptr all{rd_kafka_topic_partition_list_new(1)};
  rd_kafka_topic_partition_list_add(all.get(), topics.options.topic.c_str(), 0)->offset = 0;
  rd_kafka_assign(client.get(), all.get());
  std::vector<parts> got;
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (got.size() < 9 && std::chrono::steady_clock::now() < deadline) {
    kafka::impl::message_ptr m{rd_kafka_consumer_poll(client.get(), 100)};
    if (m && !m->err)
      got.emplace_back(copy({static_cast<const char*>(m->key), m->key_len}),
                       copy({static_cast<const char*>(m->payload), m->len}));
  }
  rd_kafka_consumer_close(client.get());
  BOOST_TEST((got == all_kinds()));
}

BOOST_AUTO_TEST_CASE(the_source_hands_on_null_as_null_and_empty_as_empty) {
  own_topics topics{1};
  publish(topics, all_kinds());
  auto source = kafka::make_record_source(topics.options);
  part_visitor seen;
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (seen.got.size() < 9 && std::chrono::steady_clock::now() < deadline)
    source->poll(std::chrono::milliseconds{50}, 100, seen);
  BOOST_TEST((seen.got == all_kinds()));
  std::vector<parts> in_batch;
  for (const auto& r : seen.batch.records)
    in_batch.emplace_back(copy(seen.batch.key(r)), copy(seen.batch.value(r)));
  BOOST_TEST((in_batch == all_kinds()));
}

BOOST_AUTO_TEST_SUITE_END()
