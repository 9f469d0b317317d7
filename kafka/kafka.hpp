#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "domain/ports.hpp"

/// Ports over librdkafka.
namespace bankslip::kafka {

struct kafka_options {
  /// host:port, comma-separated.
  std::string bootstrap_servers = "127.0.0.1:19092";
  std::string topic = "bankslip_process";
  std::string dead_letter_topic = "bankslip_process.dlq";
  std::string group_id = "bankslip";
  /// A source hands out no record that this group has not settled; empty: all.
  std::string behind_group;
  /// Static membership: a restart within the session time-out keeps its
  /// partitions. Empty: dynamic.
  std::string instance_id;
  /// How batches are compressed: "lz4", "zstd", "gzip" or "none". Choose gzip or
  /// none while the old service's consumer must be able to read the topic.
  std::string compression = "lz4";
  /// Further librdkafka properties, "k=v;k=v".
  std::string extra;
  /// Only used when a topic is created.
  int partitions = 6;
  int replication = 1;
  /// How long a record may wait for its acknowledgement before its batch
  /// fails with `broker_unavailable`.
  std::chrono::milliseconds publish_timeout = domain::default_publish_timeout;
  /// Bound of the producer's queue, in KiB.
  int queue_kib = 32 * 1024;
};

/// Asks librdkafka what it thinks of the options, without connecting: `invalid_input` names
/// the property that it refuses.
caf::error check_options(const kafka_options& options);

/// Creates both topics where they are absent; of three replicas and more a majority must
/// have a record before it counts (`min.insync.replicas`). `broker_unavailable` after
/// `timeout`.
caf::error ensure_topics(const kafka_options& options, std::chrono::milliseconds timeout);

/// A topic as the brokers tell of it.
struct topic_state {
  std::string name;
  /// 0: it is not there.
  int partitions = 0;
  /// The least of its partitions.
  int replicas = 0;
  /// Says, of a topic that is not there, why the brokers would not create it; empty: they would.
  std::string refusal;
};

struct cluster_state {
  int brokers = 0;
  /// The topic of the debts and the one of dead letters.
  std::vector<topic_state> topics;
};

/// Looks whether brokers answer and the topics are there or could be made; changes
/// nothing. `broker_unavailable` after `timeout` for each of three questions.
caf::expected<cluster_state> inspect_topics(const kafka_options& options,
                                            std::chrono::milliseconds timeout);

/// Throws nothing; an unreachable broker shows in `poll` and `connected`.
std::unique_ptr<domain::record_sink> make_record_sink(const kafka_options& options);
std::unique_ptr<domain::record_source> make_record_source(const kafka_options& options);

/// Options of the mail stage's group, `group_id`.mail, behind the first.
kafka_options mail_group(kafka_options options);

/// A source that joins its group once that has committed something, and does nothing
/// before: for a process that sends e-mails itself, but may find some left to the mail
/// stage.
std::unique_ptr<domain::record_source> make_sleeping_source(const kafka_options& options);

/// Counts the partitions of the topic of debts. `not_found` where there is no topic,
/// `broker_unavailable` after `timeout`.
caf::expected<std::size_t> count_partitions(const kafka_options& options,
                                            std::chrono::milliseconds timeout);

/// Lets the mail stage's group begin where the first group stands, and with the log on
/// partitions that the topic got since. Call it with the options of the first group, before
/// its process leaves e-mails to the mail stage. `broker_unavailable`, `not_found`.
caf::error prepare_mail_group(const kafka_options& options, std::chrono::milliseconds timeout);

/// How long the topic of debts keeps records, beside what the mail stage has still to read.
struct mail_retention {
  /// Zero: for ever.
  std::chrono::milliseconds kept{0};
  /// Records that the mail stage has not settled.
  std::int64_t waiting = 0;
  /// So many of these have been there for more than three quarters of that time.
  std::int64_t old = 0;

  /// Why some may be deleted before their e-mails are out, at so many a second (0: unknown);
  /// empty: nothing speaks for it.
  std::string fault(double rate) const;
};

/// Reads it, with the options of the first group. `not_found` where there is no topic or the
/// broker does not tell, `broker_unavailable` after `timeout` for each of six questions.
caf::expected<mail_retention> read_mail_retention(const kafka_options& options,
                                                  std::chrono::milliseconds timeout);

/// Reads the topic of dead letters; connects anew for each page.
std::unique_ptr<domain::dead_letter_log> make_dead_letter_log(const kafka_options& options);

/// The position of a consumer group on one partition of the topic of debts.
struct group_position {
  std::int32_t partition = -1;
  /// Everything below is settled; -1: nothing was ever committed.
  std::int64_t committed = -1;
  /// The offset of the log's first record and one above its last; -1: the
  /// partition's leader did not answer.
  std::int64_t low = -1;
  std::int64_t high = -1;

  /// Offsets that are not settled and still there.
  std::int64_t lag() const noexcept {
    return std::max<std::int64_t>(high - std::max(committed, low), 0);
  }
  /// The committed offset is none of the log's: records were lost.
  bool is_lost() const noexcept {
    return committed >= 0 && low >= 0 && (committed < low || committed > high);
  }
};

struct group_positions {
  std::vector<group_position> partitions;
  /// Those who are in the group now: "client at address".
  std::vector<std::string> members;
};

/// Reads the positions of `options.group_id` without joining it. `not_found`
/// where there is no topic, `broker_unavailable` after `timeout` for each of four
/// questions.
caf::expected<group_positions> read_group_positions(const kafka_options& options,
                                                    std::chrono::milliseconds timeout);

/// Commits `offsets`, by partition, for `options.group_id`. Records below are
/// then never read by it, those above are read (again). `wrong_state` while the
/// group has members; `broker_unavailable` after `timeout`.
caf::error set_group_positions(const kafka_options& options,
                               const std::map<std::int32_t, std::int64_t>& offsets,
                               std::chrono::milliseconds timeout);

/// RapidJSON codec of the topic's messages. Thread-safe.
std::unique_ptr<domain::debt_codec> make_json_codec();

} // namespace bankslip::kafka
