#pragma once

#include <chrono>
#include <optional>

#include "kafka/impl/assignment.hpp"
#include "kafka/impl/connection_watch.hpp"
#include "kafka/impl/group_follower.hpp"
#include "kafka/impl/handles.hpp"
#include "kafka/impl/offset_committer.hpp"
#include "kafka/impl/partition_queues.hpp"
#include "kafka/impl/stopped_partitions.hpp"
#include "kafka/impl/wake_up.hpp"
#include "kafka/kafka.hpp"

namespace bankslip::kafka::impl {

/// Reads the topic of debts as a member of a consumer group. Belongs to one
/// thread: rebalances and commit answers are served inside `poll` and `close`.
/// Finds the start offsets itself: a partition without a committed offset starts
/// at its beginning, one whose committed offset is gone is stopped.
class rdkafka_record_source final : public domain::record_source {
public:
  explicit rdkafka_record_source(const kafka_options& options);
  ~rdkafka_record_source() override;
  rdkafka_record_source(const rdkafka_record_source&) = delete;
  rdkafka_record_source& operator=(const rdkafka_record_source&) = delete;

  caf::error poll(std::chrono::milliseconds max_wait, std::size_t max_records,
                  domain::source_visitor& visitor) override;
  void commit(std::int32_t partition, std::int64_t next_offset) override {
    owned_.settle(partition, next_offset);
  }
  void pause(std::int32_t partition) override { owned_.set_paused(partition, true); }
  void resume(std::int32_t partition) override { owned_.set_paused(partition, false); }
  std::vector<std::pair<std::int32_t, std::int64_t>> lag() override;
  bool connected() const override { return watch_.up(); }
  void close() override;

private:
  using clock = std::chrono::steady_clock;

  static void on_rebalance(rd_kafka_t*, rd_kafka_resp_err_t what,
                           rd_kafka_topic_partition_list_t* partitions, void* self);
  static void on_committed(rd_kafka_t*, rd_kafka_resp_err_t code,
                           rd_kafka_topic_partition_list_t* offsets, void* self);
  static void on_error(rd_kafka_t*, int code, const char* reason, void* self);

  caf::error open(const kafka_options& options);
  /// How long the next wait may last.
  std::chrono::milliseconds patience(clock::time_point deadline) const;
  /// Learns how far the group before this one is, where something waits for that.
  void look_at_leader();
  /// Rebalances, answers to commits, errors.
  void serve_client();
  std::size_t take_from(std::int32_t partition, partition_queue& queue, std::size_t at_most);
  /// Whether it lies above what the group before this one has settled.
  bool is_ahead(const rd_kafka_message_t& message) const;
  /// Whether `message` was a record that was handed on.
  bool take(const rd_kafka_message_t& message);
  void take_end(const rd_kafka_message_t& message);
  void take_error(const rd_kafka_message_t& message);
  void note_fatal();

  /// Starts the given partitions, now or, where their offsets cannot be
  /// learnt, at a later poll.
  void assign(const rd_kafka_topic_partition_list_t& partitions);
  void retry_assign();
  void start(rd_kafka_topic_partition_list_t& committed);
  /// Has the client read these partitions, each from its offset, into a queue of its own.
  /// False: it will not, which is fatal.
  bool read_from(const rd_kafka_topic_partition_list_t& offsets);
  /// Has all read on from where they stand. The client's own seek does not take up a
  /// partition that it has given up, as after "offset out of range".
  void read_on();
  void revoke();
  void forget();

  assignment owned_;
  // A broker answers one question at a time: this one may stand behind a fetch.
  connection_watch watch_{std::chrono::milliseconds{300}};
  offset_committer committer_{owned_, watch_};
  stopped_partitions stopped_;
  /// Follows the group that this one is behind, if there is one.
  std::optional<group_follower> leader_;
  caf::error fatal_;
  /// The problem that this poll has met.
  caf::error problem_;
  domain::source_visitor* visitor_ = nullptr;
  /// An assignment that the group waits for us to begin.
  partitions_ptr unstarted_;
  clock::time_point next_start_{};
  bool closing_ = false;
  wake_up wake_;
  client_ptr client_;
  /// Those of the owned partitions. Records that another group has not settled are put back.
  partition_queues queues_;
  /// Size of such a queue from which on the client fetches no more for it.
  std::size_t full_queue_ = 0;
};

} // namespace bankslip::kafka::impl
