#pragma once

#include <deque>
#include <map>
#include <set>

#include "tests/support/fake_base.hpp"

namespace bankslip::fake {

struct broker_record {
  std::string key;
  std::string value;
  d::origin from;
  bool stored = false;
  std::vector<d::record_header> headers;
  /// An offset that no record shows: a transaction's marker, an aborted record.
  bool hidden = false;
};

/// A member of the group, as the broker sees it.
struct member {
  d::utc_time last_poll{};
  /// Has given its partitions back and waits for the next generation.
  bool released = true;
  std::uint64_t generation = 0;
  std::vector<std::int32_t> partitions;
};

/// The topic of debts in partitions, the dead letters, one consumer group with
/// eager rebalances.
class broker {
public:
  broker(base& world, int partitions)
      : log(static_cast<std::size_t>(partitions)),
        committed(static_cast<std::size_t>(partitions), 0), world_{world} {}

  std::vector<std::vector<broker_record>> log;
  std::vector<broker_record> dead_letters;
  std::vector<std::int64_t> committed;
  /// Partitions whose records below this offset were deleted.
  std::map<std::int32_t, std::int64_t> deleted_below;
  std::map<int, member> members;
  std::uint64_t generation = 0;
  /// Nobody can be reached.
  bool away = false;
  /// Consumers do not know yet where the partitions end.
  bool bounds_unknown = false;
  /// Who does not poll for so long has left.
  std::chrono::milliseconds session_timeout{6'000};
  /// Appended twice because an acknowledgement was lost.
  std::set<std::pair<std::int64_t, std::int64_t>> repeated_rows;

  std::unique_ptr<d::record_sink> sink(process_ptr p);
  std::unique_ptr<d::record_source> source(process_ptr p);

  std::int32_t partition_of(std::string_view key) const;
  void append(std::int32_t partition, broker_record record);
  void append(const d::outbound_batch& batch, std::size_t from, std::size_t to);
  /// All members give back what they have and get it anew.
  void rebalance();
  bool rebalancing() const noexcept { return rebalancing_; }
  /// Hands out partitions once every member has released its own.
  void settle_group();
  bool commit(int who, std::uint64_t of_generation, std::int32_t partition, std::int64_t next);
  void leave(int who);
  int next_member() { return ++last_member_; }
  base& world() noexcept { return world_; }

private:
  base& world_;
  bool rebalancing_ = false;
  int last_member_ = 0;
};

} // namespace bankslip::fake
