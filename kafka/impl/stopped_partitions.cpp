#include "kafka/impl/stopped_partitions.hpp"

#include <utility>

#include "kafka/impl/log_bounds.hpp"

namespace bankslip::kafka::impl {

namespace {

constexpr std::chrono::seconds retry_after{5};
constexpr std::chrono::milliseconds look_patience{500};

/// Begins to read the partition again at `offset`; what was fetched is dropped.
void go_back(rd_kafka_t* client, const std::string& topic, std::int32_t partition,
             std::int64_t offset) {
  partitions_ptr where{rd_kafka_topic_partition_list_new(1)};
  rd_kafka_topic_partition_list_add(where.get(), topic.c_str(), partition)->offset =
      offset >= 0 ? offset : RD_KAFKA_OFFSET_BEGINNING;
  // Without waiting: where it fails, the client meets the error again.
  error_ptr refused{rd_kafka_seek_partitions(client, where.get(), 0)};
}

} // namespace

void stopped_partitions::add(assignment& owned, std::int32_t partition, std::string reason) {
  auto* lane = owned.find(partition);
  if (lane == nullptr || lane->stopped)
    return;
  lane->stopped = true;
  auto now = clock::now();
  stopped_[partition] = {std::move(reason), now, now};
}

void stopped_partitions::look(rd_kafka_t* client, assignment& owned,
                              domain::source_visitor& visitor) {
  for (auto i = stopped_.begin(); i != stopped_.end();) {
    auto partition = i->first;
    auto& halted = i->second;
    auto* lane = owned.find(partition);
    auto now = clock::now();
    if (lane == nullptr || now < halted.due) {
      ++i;
      continue;
    }
    partitions_ptr question{rd_kafka_topic_partition_list_new(1)};
    rd_kafka_topic_partition_list_add(question.get(), owned.topic().c_str(), partition);
    auto bounds = ask_log_bounds(client, *question, look_patience)[partition];
    domain::stopped_partition found{owned.topic(), partition,   lane->settled, lane->next,
                                    bounds.low,    bounds.high, halted.reason};
    if (!found.is_lost() && now >= halted.since + retry_after) {
      lane->stopped = false;
      go_back(client, owned.topic(), partition, lane->next);
      i = stopped_.erase(i);
      continue;
    }
    visitor.on_stopped(found);
    // A partition whose records are lost waits for a person and a new assignment.
    halted.due = found.is_lost() ? clock::time_point::max() : halted.since + retry_after;
    ++i;
  }
}

} // namespace bankslip::kafka::impl
