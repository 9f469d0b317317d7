#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "kafka/impl/handles.hpp"
#include "kafka/impl/wake_up.hpp"

namespace bankslip::kafka::impl {

/// The records that the client has fetched ahead of one partition.
struct partition_queue {
  queue_ptr queue;
  /// Bytes taken since it was last empty.
  std::size_t taken = 0;
  /// A record that was put back.
  message_ptr ahead;

  /// The next record or what comes in its place; null: nothing has come.
  message_ptr next() {
    return ahead ? std::move(ahead) : message_ptr{rd_kafka_consume_queue(queue.get(), 0)};
  }
};

/// A queue for each partition of ours, so that one that is not read keeps what was fetched;
/// the client's own pause throws that away. Belongs to the consumer's thread.
class partition_queues {
public:
  /// Leads the records of these partitions into queues, each of which wakes `wake`. Call it
  /// before they are assigned, which would lead their records to the common queue.
  void open(rd_kafka_t* client, const rd_kafka_topic_partition_list_t& partitions,
            const wake_up& wake);
  void clear() noexcept { queues_.clear(); }

  /// Partitions whose next record was put back.
  std::vector<std::int32_t> held() const;

  /// Calls `take(partition, queue, at most)`, which answers how many it has taken, for each
  /// partition until `at_most` are taken. Each time the next partition is the first, so that
  /// none is always the last.
  template <class Take>
  std::size_t take_in_turns(std::size_t at_most, Take take) {
    std::size_t taken = 0;
    auto queue = queues_.upper_bound(first_);
    for (std::size_t n = queues_.size(); n > 0 && taken < at_most; --n, ++queue) {
      if (queue == queues_.end())
        queue = queues_.begin();
      if (taken == 0)
        first_ = queue->first;
      taken += take(queue->first, queue->second, at_most - taken);
    }
    return taken;
  }

private:
  std::map<std::int32_t, partition_queue> queues_;
  /// The partition that was taken from first.
  std::int32_t first_ = -1;
};

/// Wakes the thread that fetches a partition: that of a client before 2.2 sleeps for up to a
/// second when all queues are full at once, however soon they are emptied.
void wake_fetcher(rd_kafka_t* client, const std::string& topic, std::int32_t partition);

} // namespace bankslip::kafka::impl
