#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kafka/impl/handles.hpp"
#include "kafka/impl/log_bounds.hpp"

namespace bankslip::kafka::impl {

/// The partitions of one topic that a consumer owns, and what is known of each.
/// Without calls to the client.
class assignment {
public:
  explicit assignment(std::string topic) : topic_{std::move(topic)} {}

  struct lane {
    /// Everything below is settled; -1 where nothing was ever committed.
    std::int64_t settled = -1;
    /// Last offset whose commit was asked for.
    std::int64_t requested = -1;
    /// Last offset that the broker is known to hold.
    std::int64_t confirmed = -1;
    /// Lowest offset that may still be delivered; -1 before the first record.
    std::int64_t next = -1;
    /// As the assignment found it.
    log_bounds log;
    bool paused = false;
    /// Cannot be read on for now.
    bool stopped = false;
  };

  /// `committed`: -1 where there is none.
  void begin(std::int32_t partition, std::int64_t committed);
  void clear() noexcept { lanes_.clear(); }

  /// Null where the partition is not ours.
  lane* find(std::int32_t partition) noexcept;
  /// Whether its records are wanted: it is ours and not paused.
  bool is_open(std::int32_t partition) const noexcept;
  void set_paused(std::int32_t partition, bool paused) noexcept;
  /// Whether the record at `offset` is to be handed on: not one that was
  /// delivered before, nor one left over from an assignment that is over, nor one
  /// of a partition that is stopped.
  bool accept(std::int32_t partition, std::int64_t offset) noexcept;
  /// Whether it is news that no record below `position` is left to be delivered.
  bool reach_end(std::int32_t partition, std::int64_t position) noexcept;
  const std::map<std::int32_t, lane>& lanes() const noexcept { return lanes_; }
  std::vector<std::int32_t> partitions() const;

  /// Offsets never go back; partitions that are not ours are ignored.
  void settle(std::int32_t partition, std::int64_t next_offset) noexcept;
  bool has_uncommitted() const noexcept;
  /// The settled offsets whose commit was not asked for; they count as asked.
  partitions_ptr take_uncommitted();
  /// The settled offsets that the broker is not known to hold.
  partitions_ptr unconfirmed() const;
  void commit_done(const rd_kafka_topic_partition_list_t& offsets) noexcept;
  /// A commit of these offsets has failed: they are to be asked for again.
  void commit_failed(const rd_kafka_topic_partition_list_t& offsets) noexcept;

  const std::string& topic() const noexcept { return topic_; }

private:
  std::string topic_;
  std::map<std::int32_t, lane> lanes_;
};

} // namespace bankslip::kafka::impl
