#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "domain/ports.hpp"

/// Ports over librdkafka.
namespace bankslip::kafka {

struct kafka_options {
  /// host:port, comma-separated.
  std::string bootstrap_servers = "127.0.0.1:19092";
  std::string topic = "bankslip_process";
  std::string dead_letter_topic = "bankslip_process.dlq";
  std::string group_id = "bankslip";
  /// Static membership: a restart within the session time-out keeps its
  /// partitions. Empty: dynamic.
  std::string instance_id;
  /// Further librdkafka properties, "k=v;k=v".
  std::string extra;
  /// Only used when a topic is created.
  int partitions = 6;
  int replication = 1;
  /// How long a record may wait for its acknowledgement before its batch
  /// fails with `broker_unavailable`.
  std::chrono::milliseconds publish_timeout{60'000};
  /// Bound of the producer's queue, in KiB.
  int queue_kib = 32 * 1024;
};

/// Checks `extra` and the rest without connecting: `invalid_input` names the
/// property that librdkafka refuses.
caf::error check_options(const kafka_options& options);

/// Creates both topics where they are absent. `broker_unavailable` after
/// `timeout`.
caf::error ensure_topics(const kafka_options& options, std::chrono::milliseconds timeout);

/// Throws nothing; an unreachable broker shows in `poll` and `connected`.
std::unique_ptr<domain::record_sink> make_record_sink(const kafka_options& options);
std::unique_ptr<domain::record_source> make_record_source(const kafka_options& options);

/// RapidJSON codec of the topic's messages. Thread-safe.
std::unique_ptr<domain::debt_codec> make_json_codec();

} // namespace bankslip::kafka
