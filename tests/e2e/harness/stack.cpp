#include "tests/e2e/harness/stack.hpp"

#include <chrono>
#include <cstdlib>
#include <optional>
#include <stdexcept>

#include <librdkafka/rdkafka.h>
#include <unistd.h>

#include "kafka/impl/handles.hpp"
#include "tests/support/pg_database.hpp"

namespace bankslip::e2e {

namespace {

using kafka::impl::client_ptr;
using kafka::impl::partitions_ptr;

constexpr int call_ms = 20'000;

std::string broker() {
  const char* port = std::getenv("STACK_KAFKA_PORT");
  return std::string{"127.0.0.1:"} + (port != nullptr ? port : "19092");
}

std::string fresh_name() {
  static int n = 0;
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  return "e2e." + std::to_string(getpid()) + "." + std::to_string(now) + "." + std::to_string(++n);
}

void demand(rd_kafka_resp_err_t code, const char* what) {
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
    throw std::runtime_error(std::string{what} + ": " + rd_kafka_err2str(code));
}

client_ptr client(rd_kafka_type_t type, const environment& properties) {
  char reason[256];
  auto* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "bootstrap.servers", broker().c_str(), nullptr, 0);
  for (const auto& [name, value] : properties)
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason, sizeof reason)
        != RD_KAFKA_CONF_OK)
      throw std::runtime_error(reason);
  client_ptr made{rd_kafka_new(type, conf, reason, sizeof reason)};
  if (!made)
    throw std::runtime_error(reason);
  return made;
}

client_ptr reader(const std::string& group) {
  return client(
      RD_KAFKA_CONSUMER,
      {{"group.id", group}, {"enable.auto.commit", "false"}, {"enable.partition.eof", "true"}});
}

int partition_count(rd_kafka_t* rk, const std::string& topic) {
  const struct rd_kafka_metadata* data = nullptr;
  rd_kafka_topic_t* handle = rd_kafka_topic_new(rk, topic.c_str(), nullptr);
  const auto code = rd_kafka_metadata(rk, 0, handle, &data, call_ms);
  rd_kafka_topic_destroy(handle);
  demand(code, "metadata");
  const auto n = data->topic_cnt == 1 ? data->topics[0].partition_cnt : 0;
  rd_kafka_metadata_destroy(data);
  return n;
}

std::map<std::string, std::string> headers_of(const rd_kafka_message_t& m) {
  std::map<std::string, std::string> out;
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&m, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
    return out;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0; !rd_kafka_header_get_all(headers, i, &name, &value, &size); ++i)
    out[name].assign(static_cast<const char*>(value), size);
  return out;
}

message read(const rd_kafka_message_t& m) {
  message out{m.partition, m.offset, {}, {}, headers_of(m)};
  if (m.key != nullptr)
    out.key.assign(static_cast<const char*>(m.key), m.key_len);
  if (m.payload != nullptr)
    out.value.assign(static_cast<const char*>(m.payload), m.len);
  return out;
}

} // namespace

struct own_stack::parts {
  /// Empty until a server or a test puts tables into it.
  test::pg_database database{false};
};

own_stack::own_stack() : parts_{std::make_unique<parts>()} {
  const auto& pg = parts_->database.options();
  const auto name = fresh_name();
  variables_ = {{"POSTGRES_SERVER", pg.host},       {"POSTGRES_PORT", pg.port},
                {"POSTGRES_DB", pg.database},       {"KAFKA_BOOTSTRAP_SERVERS", broker()},
                {"BANKSLIP_TOPIC", name},           {"BANKSLIP_DLQ_TOPIC", name + ".dlq"},
                {"KAFKA_GROUP_ID", name + ".group"}};
}

own_stack::~own_stack() {
  try {
    auto rk = client(RD_KAFKA_PRODUCER, {});
    kafka::impl::queue_ptr queue{rd_kafka_queue_new(rk.get())};
    rd_kafka_DeleteTopic_t* doomed[] = {rd_kafka_DeleteTopic_new(topic().c_str()),
                                        rd_kafka_DeleteTopic_new(dead_letter_topic().c_str())};
    rd_kafka_DeleteTopics(rk.get(), doomed, 2, nullptr, queue.get());
    kafka::impl::event_ptr done{rd_kafka_queue_poll(queue.get(), call_ms)};
    rd_kafka_DeleteTopic_destroy_array(doomed, 2);
  } catch (const std::exception&) {
    // A broker that is gone has nothing to remove.
  }
}

std::vector<std::vector<std::string>> own_stack::sql(const std::string& statements) {
  return parts_->database.exec(statements);
}

std::string own_stack::value(const std::string& query) { return parts_->database.value(query); }

void own_stack::produce(std::int32_t partition, const std::vector<std::string>& values) {
  auto rk = client(RD_KAFKA_PRODUCER, {{"acks", "all"}});
  for (const auto& value : values)
    demand(rd_kafka_producev(rk.get(), RD_KAFKA_V_TOPIC(topic().c_str()),
                             RD_KAFKA_V_PARTITION(partition),
                             RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
                             RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
           "produce");
  demand(rd_kafka_flush(rk.get(), call_ms), "flush");
}

std::vector<message> own_stack::messages(const std::string& topic) {
  auto rk = reader("reader");
  rd_kafka_poll_set_consumer(rk.get());
  const auto count = partition_count(rk.get(), topic);
  partitions_ptr all{rd_kafka_topic_partition_list_new(count)};
  for (int p = 0; p < count; ++p)
    rd_kafka_topic_partition_list_add(all.get(), topic.c_str(), p)->offset =
        RD_KAFKA_OFFSET_BEGINNING;
  rd_kafka_assign(rk.get(), all.get());
  std::map<std::pair<std::int32_t, std::int64_t>, message> found;
  int ended = 0;
  while (ended < count) {
    kafka::impl::message_ptr m{rd_kafka_consumer_poll(rk.get(), call_ms)};
    if (!m)
      throw std::runtime_error("no answer from the broker in time");
    if (m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
      ++ended;
    else if (m->err == RD_KAFKA_RESP_ERR_NO_ERROR)
      found[{m->partition, m->offset}] = read(*m);
  }
  rd_kafka_consumer_close(rk.get());
  std::vector<message> out;
  for (auto& [place, m] : found)
    out.push_back(std::move(m));
  return out;
}

std::int64_t own_stack::uncommitted() {
  auto rk = reader(variables_.at("KAFKA_GROUP_ID"));
  const auto count = partition_count(rk.get(), topic());
  partitions_ptr all{rd_kafka_topic_partition_list_new(count)};
  for (int p = 0; p < count; ++p)
    rd_kafka_topic_partition_list_add(all.get(), topic().c_str(), p);
  demand(rd_kafka_committed(rk.get(), all.get(), call_ms), "committed offsets");
  std::int64_t open = 0;
  for (int p = 0; p < count; ++p) {
    std::int64_t low = 0;
    std::int64_t high = 0;
    demand(rd_kafka_query_watermark_offsets(rk.get(), topic().c_str(), p, &low, &high, call_ms),
           "end of the partition");
    const auto& at = all->elems[p];
    open += high - (at.offset == RD_KAFKA_OFFSET_INVALID ? low : at.offset);
  }
  return open;
}

} // namespace bankslip::e2e
