#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/lane.hpp"
#include "actors/protocol.hpp"
#include "actors/stage_names.hpp"
#include "domain/availability.hpp"
#include "domain/credit_window.hpp"
#include "domain/outage_watch.hpp"
#include "domain/ports.hpp"
#include "telemetry/actor_board.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::actors {

struct consumer_options {
  /// Names by which it is seen.
  const stage_names* stage = &first_stage;
  /// Makes a fresh client; it joins the group.
  std::function<std::unique_ptr<domain::record_source>()> make_source;
  /// Told whether the broker is there and what cannot be settled.
  std::shared_ptr<domain::availability> seen = std::make_shared<domain::availability>();
  /// Batches under way in POOL; more than it has workers only wait there, while
  /// they could still grow here. One full batch more may wait, so that the next
  /// worker to be free finds it at once.
  std::size_t max_batches = 3;
  batch_limits limits;
  /// Full batches that may wait in a lane; bounds its memory to this and two
  /// more times the bytes of one. Behind them the records wait in the source.
  std::size_t max_ready = 1;
  /// Longest wait in one poll while batches are under way, and while none is;
  /// zero where polling must not block (tests).
  std::chrono::milliseconds busy_wait{2};
  std::chrono::milliseconds idle_wait{50};
  /// Pause between polls; zero: none.
  std::chrono::milliseconds poll_pause{0};
  /// Told how many partitions are its own, and of how many, whenever that changes; may be
  /// empty.
  std::function<void(std::size_t owned, std::size_t all)> tell_share;
  /// Counts the topic's partitions for `tell_share` at each assignment, and again later
  /// where that fails. May block for a second.
  std::function<caf::expected<std::size_t>()> count_partitions;
  /// Their number before they were counted once.
  std::size_t partitions = 0;
  /// Reads how far the group has committed each partition. May block for some seconds. Empty:
  /// CONSUMER never leaves the group by itself.
  std::function<caf::expected<domain::outage_watch::positions>()> read_positions;
  /// Its database may be away for so long while others in the group get on; then it leaves
  /// the group until the database is back.
  std::chrono::milliseconds leave_after{30'000};
  /// Shows figures that go with its own; may be empty.
  std::function<void()> show_more;
  /// For the pace of the metrics.
  const domain::clock* time = &domain::system_clock();
};

/// State of CONSUMER. Runs detached: `poll` blocks.
struct consumer_state : domain::source_visitor {
  static inline const char* name = "consumer";

  consumer_options options;
  pool_actor pool;
  /// Null while it has left the group.
  std::unique_ptr<domain::record_source> source;
  std::map<std::int32_t, lane> lanes;
  std::optional<domain::credit_window> credit;
  std::uint64_t next_epoch = 1;
  std::uint64_t next_turn = 1;
  std::chrono::steady_clock::time_point metrics_due{};
  /// Partitions were assigned, be they none.
  bool joined = false;
  /// Partitions of the topic, as they were counted last.
  std::size_t all_partitions = 0;
  static constexpr auto never = std::chrono::steady_clock::time_point::max();
  std::chrono::steady_clock::time_point count_due = never;
  std::optional<domain::outage_watch> outage;
  /// The lag of each was known at least once.
  bool seen_all = false;
  std::vector<caf::typed_response_promise<drained>> drains;
  /// Headers of the record that comes next.
  std::vector<domain::record_header> foreign_headers;
  /// Told of revoked lanes once the poll is over.
  std::vector<lane_revoked> revoked;
  std::optional<telemetry::link_share> link;
  std::optional<telemetry::actor_entry> board;

  domain::dependency records_of(std::int32_t partition) const {
    return {options.stage->records, partition};
  }

  void on_assigned(std::span<const std::int32_t> partitions) override;
  void on_revoked(std::span<const std::int32_t> partitions) override;
  void on_foreign_headers(std::vector<domain::record_header> headers) override;
  void on_record(std::int32_t partition, std::int64_t offset, std::string_view key,
                 std::string_view value, domain::origin from, bool stored) override;
  void on_end(std::int32_t partition, std::int64_t position) override;
  void on_stopped(const domain::stopped_partition& found) override;

  /// The lane that sends the next batch: full ones first, of these the one whose
  /// turn was longest ago, so that all come to their end together. The end if none.
  std::map<std::int32_t, lane>::iterator next_lane();
  void settled(const batch_settled& fact);
  /// Notes that the lane's partition is read again.
  void go_on(std::int32_t partition, lane& l);
  /// Commits the gap behind the last record of a lane with nothing left to hand out.
  void pass_gap(std::int32_t partition, lane& l);
  /// Pauses full lanes, resumes empty ones.
  void balance();
  /// The database is away, and this process alone has lost it.
  bool is_cut_off();
  /// Tells which part of the topic is its own; counts the topic's partitions when due.
  void share();
  void show(std::chrono::steady_clock::time_point now);
  void log(std::string_view what, std::int32_t partition) const;
};

/// Behavior of CONSUMER. Ends with `client_fatal` when its client does.
consumer_actor::behavior_type consumer(consumer_actor::stateful_pointer<consumer_state> self,
                                       consumer_options options, pool_actor pool);

} // namespace bankslip::actors
