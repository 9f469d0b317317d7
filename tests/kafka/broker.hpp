#pragma once

#include <chrono>
#include <cstdlib>
#include <string>

#include <boost/test/unit_test.hpp>
#include <librdkafka/rdkafka.h>
#include <unistd.h>

#include "domain/error.hpp"
#include "kafka/impl/handles.hpp"
#include "kafka/kafka.hpp"
#include "tests/support/record_sink_contract.hpp"

/// The real broker, with topics of the test's own.
namespace bankslip::testing {

inline std::string broker_address() {
  const char* port = std::getenv("STACK_KAFKA_PORT");
  return std::string{"127.0.0.1:"} + (port != nullptr ? port : "19092");
}

/// Different in each test and process.
inline std::string fresh_name(const std::string& what) {
  static int n = 0;
  auto now = std::chrono::system_clock::now().time_since_epoch().count();
  return what + "." + std::to_string(getpid()) + "." + std::to_string(now) + "."
         + std::to_string(++n);
}

/// Creates a pair of topics and removes them at its end.
class own_topics {
public:
  explicit own_topics(int partitions = 3, std::string name = fresh_name("test")) {
    options.bootstrap_servers = broker_address();
    options.topic = std::move(name);
    options.dead_letter_topic = options.topic + ".dlq";
    options.group_id = options.topic + ".group";
    options.partitions = partitions;
    auto error = kafka::ensure_topics(options, std::chrono::seconds{20});
    BOOST_REQUIRE_MESSAGE(!error, domain::text_of(error));
  }

  ~own_topics() {
    kafka::impl::client_ptr client{raw_client(RD_KAFKA_PRODUCER, {})};
    kafka::impl::queue_ptr queue{rd_kafka_queue_new(client.get())};
    rd_kafka_DeleteTopic_t* doomed[] = {
        rd_kafka_DeleteTopic_new(options.topic.c_str()),
        rd_kafka_DeleteTopic_new(options.dead_letter_topic.c_str())};
    rd_kafka_DeleteTopics(client.get(), doomed, 2, nullptr, queue.get());
    kafka::impl::event_ptr done{rd_kafka_queue_poll(queue.get(), 10'000)};
    rd_kafka_DeleteTopic_destroy_array(doomed, 2);
  }

  own_topics(const own_topics&) = delete;
  own_topics& operator=(const own_topics&) = delete;

  /// A client of the test's own, without any code under test.
  rd_kafka_t* raw_client(rd_kafka_type_t type,
                         std::initializer_list<std::pair<const char*, const char*>> more) const {
    char reason[256];
    auto* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", options.bootstrap_servers.c_str(), nullptr, 0);
    for (auto [name, value] : more)
      BOOST_REQUIRE(rd_kafka_conf_set(conf, name, value, reason, sizeof reason)
                    == RD_KAFKA_CONF_OK);
    auto* client = rd_kafka_new(type, conf, reason, sizeof reason);
    BOOST_REQUIRE_MESSAGE(client != nullptr, reason);
    return client;
  }

  kafka::kafka_options options;
};

/// Removes records as retention does.
inline void delete_records_below(const own_topics& topics, std::int32_t partition,
                                 std::int64_t offset) {
  kafka::impl::client_ptr client{topics.raw_client(RD_KAFKA_PRODUCER, {})};
  kafka::impl::queue_ptr queue{rd_kafka_queue_new(client.get())};
  kafka::impl::partitions_ptr below{rd_kafka_topic_partition_list_new(1)};
  rd_kafka_topic_partition_list_add(below.get(), topics.options.topic.c_str(), partition)->offset =
      offset;
  auto* request = rd_kafka_DeleteRecords_new(below.get());
  rd_kafka_DeleteRecords(client.get(), &request, 1, nullptr, queue.get());
  kafka::impl::event_ptr done{rd_kafka_queue_poll(queue.get(), 20'000)};
  rd_kafka_DeleteRecords_destroy(request);
  BOOST_REQUIRE(done && rd_kafka_event_error(done.get()) == RD_KAFKA_RESP_ERR_NO_ERROR);
}

/// A record and the partition it lies on.
struct placed_record : published_record {
  std::int32_t partition = -1;
};

inline std::vector<std::pair<std::string, std::string>> headers_of(const rd_kafka_message_t& m) {
  std::vector<std::pair<std::string, std::string>> out;
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&m, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
    return out;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0; !rd_kafka_header_get_all(headers, i, &name, &value, &size); ++i)
    out.emplace_back(name, std::string{static_cast<const char*>(value), size});
  return out;
}

/// All records of `topic` once it holds `count`; fewer after 20 s.
inline std::vector<placed_record> read_topic(const own_topics& topics, const std::string& topic,
                                             std::size_t count) {
  using namespace std::chrono_literals;
  kafka::impl::client_ptr client{topics.raw_client(
      RD_KAFKA_CONSUMER, {{"group.id", "reader"}, {"enable.auto.commit", "false"}})};
  rd_kafka_poll_set_consumer(client.get());
  kafka::impl::partitions_ptr all{rd_kafka_topic_partition_list_new(8)};
  for (int p = 0; p < topics.options.partitions; ++p)
    rd_kafka_topic_partition_list_add(all.get(), topic.c_str(), p)->offset =
        RD_KAFKA_OFFSET_BEGINNING;
  rd_kafka_assign(client.get(), all.get());
  std::vector<placed_record> out;
  // A little longer than needed, so that too many records show.
  auto deadline = std::chrono::steady_clock::now() + 20s;
  auto quiet = deadline;
  while (std::chrono::steady_clock::now() < std::min(deadline, quiet)) {
    if (out.size() >= count && quiet == deadline)
      quiet = std::chrono::steady_clock::now() + 200ms;
    kafka::impl::message_ptr m{rd_kafka_consumer_poll(client.get(), 50)};
    if (!m || m->err)
      continue;
    placed_record r;
    r.key.assign(static_cast<const char*>(m->key), m->key_len);
    r.value.assign(static_cast<const char*>(m->payload), m->len);
    r.headers = headers_of(*m);
    r.partition = m->partition;
    out.push_back(std::move(r));
  }
  rd_kafka_consumer_close(client.get());
  return out;
}

} // namespace bankslip::testing
