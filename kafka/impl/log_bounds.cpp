#include "kafka/impl/log_bounds.hpp"

#include "domain/error.hpp"
#include "kafka/impl/client_errors.hpp"

namespace bankslip::kafka::impl {

namespace {

partitions_ptr ask(rd_kafka_t* client, const rd_kafka_topic_partition_list_t& partitions,
                   std::int64_t end, std::chrono::milliseconds patience) {
  partitions_ptr question{rd_kafka_topic_partition_list_copy(&partitions)};
  for (int i = 0; i < question->cnt; ++i) {
    question->elems[i].offset = end;
    question->elems[i].err = RD_KAFKA_RESP_ERR__TIMED_OUT;
  }
  rd_kafka_offsets_for_times(client, question.get(), static_cast<int>(patience.count()));
  return question;
}

} // namespace

caf::expected<partitions_ptr> ask_partitions(rd_kafka_t* client, const std::string& topic,
                                             std::chrono::milliseconds patience) {
  topic_ptr handle{rd_kafka_topic_new(client, topic.c_str(), nullptr)};
  const rd_kafka_metadata_t* found = nullptr;
  if (auto code =
          rd_kafka_metadata(client, 0, handle.get(), &found, static_cast<int>(patience.count())))
    return unavailable("topic " + topic, code);
  auto code = found->topic_cnt == 1 ? found->topics[0].err : RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
  auto out = no_partitions();
  for (int p = 0; !code && p < found->topics[0].partition_cnt; ++p)
    add(out, topic, p);
  rd_kafka_metadata_destroy(found);
  if (code)
    return domain::make_error(domain::errc::not_found,
                              "topic " + topic + ": " + rd_kafka_err2str(code));
  return out;
}

std::map<std::int32_t, log_bounds> ask_log_bounds(rd_kafka_t* client,
                                                  const rd_kafka_topic_partition_list_t& partitions,
                                                  std::chrono::milliseconds patience) {
  std::map<std::int32_t, log_bounds> out;
  if (partitions.cnt == 0)
    return out;
  auto low = ask(client, partitions, RD_KAFKA_OFFSET_BEGINNING, patience / 2);
  auto high = ask(client, partitions, RD_KAFKA_OFFSET_END, patience / 2);
  for (int i = 0; i < partitions.cnt; ++i) {
    const auto& first = low->elems[i];
    const auto& end = high->elems[i];
    if (!first.err && !end.err && first.offset >= 0 && end.offset >= 0)
      out[first.partition] = {first.offset, end.offset};
  }
  return out;
}

} // namespace bankslip::kafka::impl
