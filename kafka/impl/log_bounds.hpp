#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include <caf/expected.hpp>

#include "kafka/impl/handles.hpp"

namespace bankslip::kafka::impl {

/// The offset of the log's first record, and one above the last that a consumer
/// may read; -1: unknown.
struct log_bounds {
  std::int64_t low = -1;
  std::int64_t high = -1;
};

/// The partitions of a topic. `not_found` where there is none, `broker_unavailable`.
caf::expected<partitions_ptr> ask_partitions(rd_kafka_t* client, const std::string& topic,
                                             std::chrono::milliseconds patience);

/// Asks the leaders of `partitions` for the bounds of their logs; both questions
/// take `patience` at most. Those that did not answer are missing.
std::map<std::int32_t, log_bounds> ask_log_bounds(rd_kafka_t* client,
                                                  const rd_kafka_topic_partition_list_t& partitions,
                                                  std::chrono::milliseconds patience);

} // namespace bankslip::kafka::impl
