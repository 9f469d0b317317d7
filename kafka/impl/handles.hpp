#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <librdkafka/rdkafka.h>

namespace bankslip::kafka::impl {

template <auto Destroy>
struct destroy_with {
  template <class T>
  void operator()(T* p) const noexcept {
    Destroy(p);
  }
};

using conf_ptr = std::unique_ptr<rd_kafka_conf_t, destroy_with<rd_kafka_conf_destroy>>;
using client_ptr = std::unique_ptr<rd_kafka_t, destroy_with<rd_kafka_destroy>>;
using topic_ptr = std::unique_ptr<rd_kafka_topic_t, destroy_with<rd_kafka_topic_destroy>>;
using queue_ptr = std::unique_ptr<rd_kafka_queue_t, destroy_with<rd_kafka_queue_destroy>>;
using event_ptr = std::unique_ptr<rd_kafka_event_t, destroy_with<rd_kafka_event_destroy>>;
using message_ptr = std::unique_ptr<rd_kafka_message_t, destroy_with<rd_kafka_message_destroy>>;
using headers_ptr = std::unique_ptr<rd_kafka_headers_t, destroy_with<rd_kafka_headers_destroy>>;
using error_ptr = std::unique_ptr<rd_kafka_error_t, destroy_with<rd_kafka_error_destroy>>;
using partitions_ptr = std::unique_ptr<rd_kafka_topic_partition_list_t,
                                       destroy_with<rd_kafka_topic_partition_list_destroy>>;

/// An empty list of partitions.
inline partitions_ptr no_partitions() {
  return partitions_ptr{rd_kafka_topic_partition_list_new(1)};
}

inline void add(const partitions_ptr& list, const std::string& topic, std::int32_t partition,
                std::int64_t offset = RD_KAFKA_OFFSET_INVALID) {
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = offset;
}

} // namespace bankslip::kafka::impl
