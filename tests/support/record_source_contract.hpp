#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "domain/error.hpp"
#include "domain/ports.hpp"
#include "tests/support/clauses.hpp"

/// Checks what every `record_source` must do, whatever stands behind it.
namespace bankslip::testing {

/// A topic, new and empty for each test, and members of one group on it.
class record_source_world {
public:
  virtual ~record_source_world() = default;
  virtual std::unique_ptr<domain::record_source> join() = 0;
  virtual int partitions() const = 0;
  /// Appends `count` records, key "k<i>", value "v<i>", i from `first`, spread
  /// over the partitions, with upload_id 9 and row i.
  virtual void append(int first, int count) = 0;
};

/// Notes what a source tells.
struct noting_visitor final : domain::source_visitor {
  void on_assigned(std::span<const std::int32_t> partitions) override {
    owned.insert(partitions.begin(), partitions.end());
    // What was not committed comes again.
    for (auto p : partitions) {
      next.erase(p);
      ends.erase(p);
    }
    ++assignments;
  }

  void on_revoked(std::span<const std::int32_t> partitions) override {
    for (auto p : partitions)
      owned.erase(p);
    ++revocations;
  }

  void on_record(std::int32_t partition, std::int64_t offset, std::string_view key,
                 std::string_view value, domain::origin from, bool stored) override {
    BOOST_TEST(owned.contains(partition));
    if (next.contains(partition))
      BOOST_TEST(offset >= next[partition]);
    next[partition] = offset + 1;
    keys.emplace_back(key);
    values.emplace_back(value);
    origins.push_back(from);
    stored_flags.push_back(stored);
  }

  void on_end(std::int32_t partition, std::int64_t position) override {
    BOOST_TEST(owned.contains(partition));
    if (next.contains(partition))
      BOOST_TEST(position >= next[partition]);
    ends[partition] = position;
  }

  void on_stopped(const domain::stopped_partition& found) override { stops.push_back(found); }

  std::set<std::string> distinct() const { return {keys.begin(), keys.end()}; }

  std::set<std::int32_t> owned;
  int assignments = 0;
  int revocations = 0;
  /// By partition: one above the last offset since it was assigned.
  std::map<std::int32_t, std::int64_t> next;
  /// By partition: the end that was reached last since it was assigned.
  std::map<std::int32_t, std::int64_t> ends;
  std::vector<domain::stopped_partition> stops;
  std::vector<std::string> keys;
  std::vector<std::string> values;
  std::vector<domain::origin> origins;
  std::vector<bool> stored_flags;
};

/// A source and what it has told.
struct member {
  std::unique_ptr<domain::record_source> source;
  noting_visitor seen;

  void poll(std::size_t most = 1000) {
    auto error = source->poll(std::chrono::milliseconds{20}, most, seen);
    BOOST_TEST((domain::code_of(error) != domain::errc::client_fatal), domain::text_of(error));
  }

  /// Everything seen is settled.
  void commit_seen() {
    for (auto [partition, offset] : seen.next)
      source->commit(partition, offset);
    for (auto [partition, position] : seen.ends)
      if (!seen.next.contains(partition) || position > seen.next[partition])
        source->commit(partition, position);
  }
};

/// Polls all members in turn until `done` or 40 s have passed.
template <class Done>
bool poll_until(std::vector<member*> members, Done done) {
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{40};
  while (!done() && std::chrono::steady_clock::now() < deadline)
    for (auto* m : members)
      m->poll();
  return done();
}

namespace source_contract {

template <class World>
void records_come_with_key_value_and_origin(World& world) {
  world.append(0, 30);
  member m{world.join(), {}};
  BOOST_TEST(poll_until({&m}, [&] { return m.seen.keys.size() >= 30; }));
  BOOST_TEST(m.seen.owned.size() == static_cast<std::size_t>(world.partitions()));
  BOOST_TEST(m.seen.distinct().size() == 30u);
  for (std::size_t i = 0; i < m.seen.keys.size(); ++i) {
    auto number = m.seen.keys[i].substr(1);
    BOOST_TEST(m.seen.values[i] == "v" + number);
    BOOST_TEST((m.seen.origins[i] == domain::origin{9, std::stoll(number)}));
    BOOST_TEST(!m.seen.stored_flags[i]);
  }
  BOOST_TEST(m.source->connected());
}

template <class World>
void a_poll_takes_no_more_than_it_is_told(World& world) {
  world.append(0, 40);
  member m{world.join(), {}};
  while (m.seen.keys.size() < 40) {
    auto before = m.seen.keys.size();
    m.poll(7);
    BOOST_REQUIRE(m.seen.keys.size() - before <= 7);
  }
}

template <class World>
void a_new_member_goes_on_where_the_committed_offsets_are(World& world) {
  world.append(0, 50);
  {
    member first{world.join(), {}};
    BOOST_REQUIRE(poll_until({&first}, [&] { return first.seen.keys.size() >= 50; }));
    first.commit_seen();
    first.source->close();
  }
  world.append(50, 20);
  member second{world.join(), {}};
  BOOST_TEST(poll_until({&second}, [&] { return second.seen.keys.size() >= 20; }));
  BOOST_TEST(second.seen.keys.size() == 20u);
  BOOST_TEST(!second.seen.distinct().contains("k0"));
}

template <class World>
void what_was_not_committed_comes_again(World& world) {
  world.append(0, 30);
  {
    member first{world.join(), {}};
    BOOST_REQUIRE(poll_until({&first}, [&] { return first.seen.keys.size() >= 30; }));
    first.source->close();
  }
  member second{world.join(), {}};
  BOOST_TEST(poll_until({&second}, [&] { return second.seen.keys.size() >= 30; }));
  BOOST_TEST(second.seen.distinct().size() == 30u);
}

template <class World>
void pausing_loses_and_repeats_nothing(World& world) {
  world.append(0, 600);
  member m{world.join(), {}};
  BOOST_REQUIRE(poll_until({&m}, [&] { return !m.seen.keys.empty(); }));
  for (int round = 0; round < 6; ++round) {
    for (auto p : m.seen.owned)
      m.source->pause(p);
    auto before = m.seen.keys.size();
    for (int i = 0; i < 5; ++i)
      m.poll();
    BOOST_TEST(m.seen.keys.size() == before);
    for (auto p : m.seen.owned)
      m.source->resume(p);
    poll_until({&m}, [&] {
      m.poll(40);
      return m.seen.keys.size() > before || m.seen.keys.size() == 600;
    });
  }
  BOOST_TEST(poll_until({&m}, [&] { return m.seen.keys.size() >= 600; }));
  BOOST_TEST(m.seen.keys.size() == 600u);
  BOOST_TEST(m.seen.distinct().size() == 600u);
}

template <class World>
void lag_is_what_is_not_committed(World& world) {
  world.append(0, 60);
  member m{world.join(), {}};
  auto total = [&] {
    std::int64_t sum = 0;
    for (auto [partition, records] : m.source->lag())
      sum += records;
    return sum;
  };
  BOOST_REQUIRE(poll_until({&m}, [&] { return m.seen.assignments > 0; }));
  BOOST_TEST(total() == 60);
  BOOST_REQUIRE(poll_until({&m}, [&] { return m.seen.keys.size() >= 60; }));
  BOOST_TEST(total() == 60);
  m.commit_seen();
  BOOST_TEST(total() == 0);
}

template <class World>
void the_end_of_a_partition_is_told_behind_its_records(World& world) {
  world.append(0, 40);
  member m{world.join(), {}};
  auto all = static_cast<std::size_t>(world.partitions());
  auto told = [&](std::int64_t records) {
    std::int64_t sum = 0;
    for (auto [partition, position] : m.seen.ends)
      sum += position;
    return m.seen.ends.size() == all && sum == records;
  };
  BOOST_TEST(poll_until({&m}, [&] { return told(40); }));
  BOOST_TEST(m.seen.keys.size() == 40u);
  world.append(40, 10);
  BOOST_TEST(poll_until({&m}, [&] { return told(50); }));
  BOOST_TEST(m.seen.keys.size() == 50u);
}

template <class World>
void two_members_share_the_partitions_and_lose_nothing(World& world) {
  world.append(0, 100);
  member first{world.join(), {}};
  BOOST_REQUIRE(poll_until({&first}, [&] { return first.seen.keys.size() >= 100; }));
  first.commit_seen();
  member second{world.join(), {}};
  auto all = static_cast<std::size_t>(world.partitions());
  BOOST_REQUIRE(poll_until({&first, &second}, [&] {
    return !second.seen.owned.empty() && first.seen.owned.size() + second.seen.owned.size() == all;
  }));
  BOOST_TEST(first.seen.revocations == 1);
  world.append(100, 100);
  auto seen = [&] {
    auto keys = first.seen.distinct();
    keys.merge(second.seen.distinct());
    return keys.size();
  };
  BOOST_TEST(poll_until({&first, &second}, [&] { return seen() >= 200; }));
  // What was committed before the partitions moved does not come again.
  BOOST_TEST(first.seen.keys.size() + second.seen.keys.size() == 200u);
  second.commit_seen();
  second.source->close();
  BOOST_TEST(poll_until({&first}, [&] { return first.seen.owned.size() == all; }));
}

/// Makes every clause a test case of the open suite; see `test::add_clauses`.
template <class World>
bool add_clauses() {
  return test::add_clauses<World>({
      BANKSLIP_CLAUSE(records_come_with_key_value_and_origin),
      BANKSLIP_CLAUSE(a_poll_takes_no_more_than_it_is_told),
      BANKSLIP_CLAUSE(a_new_member_goes_on_where_the_committed_offsets_are),
      BANKSLIP_CLAUSE(what_was_not_committed_comes_again),
      BANKSLIP_CLAUSE(pausing_loses_and_repeats_nothing),
      BANKSLIP_CLAUSE(lag_is_what_is_not_committed),
      BANKSLIP_CLAUSE(the_end_of_a_partition_is_told_behind_its_records),
      BANKSLIP_CLAUSE(two_members_share_the_partitions_and_lose_nothing),
  });
}

} // namespace source_contract

} // namespace bankslip::testing
