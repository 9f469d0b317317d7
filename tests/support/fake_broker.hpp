#pragma once

#include <algorithm>
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

class broker;

/// A consumer group of the topic of debts, with eager rebalances.
class consumer_group {
public:
  /// `start`: the positions before anything is committed.
  consumer_group(broker& of, std::int64_t start);

  /// -1: nothing is committed.
  std::vector<std::int64_t> committed;
  std::map<int, member> members;
  std::uint64_t generation = 0;

  /// All members give back what they have and get it anew.
  void rebalance();
  bool rebalancing() const noexcept { return rebalancing_; }
  /// Hands out partitions once every member has released its own.
  void settle();
  bool commit(int who, std::uint64_t of_generation, std::int32_t partition, std::int64_t next);
  void leave(int who);
  int next_member() { return ++last_member_; }
  /// Something was committed.
  bool has_position() const {
    return std::any_of(committed.begin(), committed.end(), [](auto at) { return at >= 0; });
  }

private:
  broker& broker_;
  bool rebalancing_ = false;
  int last_member_ = 0;
};

/// Which records a source of the mail stage hands out.
enum class mail_gate {
  /// Those below what the first group has committed.
  shut,
  /// Planted: all.
  open,
};

/// The topic of debts in partitions, the dead letters, the group of the slips and that
/// of the mail stage.
class broker {
public:
  broker(base& world, int partitions)
      : log(static_cast<std::size_t>(partitions)), world_{world}, group{*this, 0}, mails{*this, -1},
        committed{group.committed}, members{group.members} {}

  std::vector<std::vector<broker_record>> log;
  std::vector<broker_record> dead_letters;

private:
  base& world_;

public:
  consumer_group group;
  consumer_group mails;
  /// The first group's.
  std::vector<std::int64_t>& committed;
  std::map<int, member>& members;
  /// Partitions whose records below this offset were deleted.
  std::map<std::int32_t, std::int64_t> deleted_below;
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
  /// A source of the mail stage. It sleeps while its group has no position.
  std::unique_ptr<d::record_source> mail_source(process_ptr p, mail_gate gate = mail_gate::shut);
  /// As a process does before its first group leaves e-mails to the mail stage, which
  /// begins where the first group stands.
  void prepare_mails() {
    for (std::size_t p = 0; p < log.size(); ++p)
      if (mails.committed[p] < 0)
        mails.committed[p] = committed[p];
  }

  std::int32_t partition_of(std::string_view key) const;
  void append(std::int32_t partition, broker_record record);
  void append(const d::outbound_batch& batch, std::size_t from, std::size_t to);
  void rebalance() { group.rebalance(); }
  base& world() noexcept { return world_; }
};

} // namespace bankslip::fake
