#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/pool_job.hpp"
#include "actors/protocol.hpp"
#include "actors/stage_names.hpp"
#include "domain/availability.hpp"
#include "domain/time.hpp"
#include "telemetry/actor_board.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::actors {

/// A worker that was started, and how to break the call that it is stuck in.
struct launched_worker {
  worker_actor handle;
  /// Callable from any thread; the worker's call then fails.
  std::function<void()> interrupt;
};

/// Settings of POOL.
struct pool_options {
  std::size_t workers = 3;
  /// Names by which it is seen.
  const stage_names* stage = &first_stage;
  /// Starts a WORKER with fresh ports. May throw: tried again later.
  std::function<launched_worker(std::size_t slot, pool_actor pool)> launch;
  /// Told which lanes do not get on.
  std::shared_ptr<domain::availability> seen = std::make_shared<domain::availability>();
  /// A lane that has work and has not got on for so long is reported as away.
  std::chrono::milliseconds stuck_after{60'000};
  /// First delay of a replacement and of a repetition; doubles up to `max_delay`.
  std::chrono::milliseconds min_delay{100};
  std::chrono::milliseconds max_delay{5'000};
  /// A job that takes longer is interrupted; after as long again the process
  /// is given up.
  std::chrono::milliseconds job_deadline{120'000};
  /// Ends the process: a thread that hangs cannot be killed.
  std::function<void(const std::string& reason)> give_up;
  /// Crashes of a job before it is halved, and of a single record before it is
  /// written off.
  int crashes_before_split = 2;
  /// For the deadlines of jobs.
  const domain::clock* time = &domain::system_clock();
  /// Begins the random part of the delays; nothing: by chance.
  std::optional<std::uint32_t> jitter_seed;
};

/// State of POOL. Runs scheduled.
struct pool_state {
  static inline const char* name = "pool";

  struct worker_slot {
    worker_actor handle;
    std::function<void()> interrupt;
    std::optional<pool_job> job;
    std::chrono::steady_clock::time_point since{};
    bool interrupted = false;
    int deaths = 0;
  };

  pool_options options;
  std::vector<worker_slot> slots;
  std::deque<std::size_t> idle;
  std::deque<pool_job> queue;
  /// Waiting for their delay, by id.
  std::map<std::uint64_t, pool_job> delayed;
  std::uint64_t next_job = 1;
  /// Nothing more is begun.
  bool draining = false;
  std::vector<caf::typed_response_promise<drained>> drains;
  /// When last a record of any job was settled, or the first job came.
  std::chrono::steady_clock::time_point got_on{};
  /// Lanes that are reported as away.
  std::set<std::int32_t> stuck_lanes;
  std::minstd_rand jitter{std::random_device{}()};
  std::optional<telemetry::link_share> link;
  std::optional<telemetry::actor_entry> board;

  domain::dependency lane_of(std::int32_t partition) const {
    return {options.stage->lane, partition};
  }

  bool busy() const;
  bool has_work() const { return busy() || !queue.empty() || !delayed.empty(); }
  std::chrono::milliseconds watch_interval() const {
    return std::min(options.job_deadline, options.stuck_after) / 10;
  }
  /// Takes out what waits for a lost lane.
  std::vector<pool_job> forget(const lane_revoked& lost);
  std::vector<pool_job> forget_all();
  std::chrono::milliseconds delay_after(int failures);
  /// Notes that `job` got on: settled records, or was begun.
  void note_progress(pool_job& job);
  /// Reports the lanes that have not got on for `stuck_after`, and takes back what
  /// was reported of others. A lane that waits for its turn behind work that gets
  /// on is not stuck.
  void report_lanes();
  void show();
};

/// Behavior of POOL.
pool_actor::behavior_type pool(pool_actor::stateful_pointer<pool_state> self, pool_options options);

} // namespace bankslip::actors
