#include "kafka/impl/partition_queues.hpp"

namespace bankslip::kafka::impl {

void partition_queues::open(rd_kafka_t* client, const rd_kafka_topic_partition_list_t& partitions,
                            const wake_up& wake) {
  for (int i = 0; i < partitions.cnt; ++i) {
    const auto& p = partitions.elems[i];
    queue_ptr queue{rd_kafka_queue_get_partition(client, p.topic, p.partition)};
    rd_kafka_queue_forward(queue.get(), nullptr);
    wake.listen_to(queue.get());
    queues_[p.partition] = {std::move(queue), 0, nullptr};
  }
}

std::vector<std::int32_t> partition_queues::held() const {
  std::vector<std::int32_t> out;
  for (const auto& [partition, queue] : queues_)
    if (queue.ahead)
      out.push_back(partition);
  return out;
}

// A request to the partition's leader wakes it; its answer is of no use. Later clients look
// again by themselves (fetch.queue.backoff.ms), and would take the lost answer for a lost
// broker.
void wake_fetcher(rd_kafka_t* client, const std::string& topic, std::int32_t partition) {
  if (rd_kafka_version() >= 0x02020000)
    return;
  constexpr std::chrono::milliseconds no_patience{1};
  auto question = no_partitions();
  add(question, topic, partition, RD_KAFKA_OFFSET_END);
  rd_kafka_offsets_for_times(client, question.get(), static_cast<int>(no_patience.count()));
}

} // namespace bankslip::kafka::impl
