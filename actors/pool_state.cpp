#include <algorithm>
#include <iterator>
#include <utility>

#include "actors/pool.hpp"

namespace bankslip::actors {

bool pool_state::busy() const {
  return std::any_of(slots.begin(), slots.end(), [](const worker_slot& p) { return p.job; });
}

std::vector<pool_job> pool_state::forget(const lane_revoked& lost) {
  auto is_lost = [&lost](const pool_job& job) {
    return job.work.epoch == lost.epoch && job.work.batch->partition == lost.partition;
  };
  std::vector<pool_job> lost_jobs;
  for (auto& worker : slots)
    if (worker.job && is_lost(*worker.job))
      worker.job->revoked = true;
  auto first = std::stable_partition(queue.begin(), queue.end(),
                                     [&](const pool_job& job) { return !is_lost(job); });
  lost_jobs.assign(std::make_move_iterator(first), std::make_move_iterator(queue.end()));
  queue.erase(first, queue.end());
  for (auto i = delayed.begin(); i != delayed.end();) {
    if (!is_lost(i->second)) {
      ++i;
      continue;
    }
    lost_jobs.push_back(std::move(i->second));
    i = delayed.erase(i);
  }
  return lost_jobs;
}

std::vector<pool_job> pool_state::forget_all() {
  std::vector<pool_job> jobs{std::make_move_iterator(queue.begin()),
                             std::make_move_iterator(queue.end())};
  queue.clear();
  for (auto& [id, job] : std::exchange(delayed, {}))
    jobs.push_back(std::move(job));
  return jobs;
}

// Random, so that two lanes that wait for one another do not meet again.
std::chrono::milliseconds pool_state::delay_after(int failures) {
  auto doubled = options.min_delay * (1 << std::clamp(failures - 1, 0, 10));
  auto bounded = std::min(doubled, options.max_delay);
  std::uniform_int_distribution<std::int64_t> share{50, 100};
  return std::max(bounded * share(jitter) / 100, std::chrono::milliseconds{1});
}

void pool_state::note_progress(pool_job& job) {
  got_on = job.got_on = options.time->steady_now();
  job.last_error.clear();
}

void pool_state::report_lanes() {
  const auto now = options.time->steady_now();
  std::map<std::int32_t, std::string> stuck;
  const auto look = [&](const pool_job& job, std::string_view doing) {
    if (job.revoked || now - job.got_on < options.stuck_after)
      return;
    const auto span = std::chrono::duration_cast<std::chrono::seconds>(now - job.got_on).count();
    auto& reason = stuck[job.work.batch->partition];
    reason = "has not got on for " + std::to_string(span) + " s: ";
    reason += job.last_error.empty() ? doing : job.last_error;
  };
  for (const auto& [id, job] : delayed)
    look(job, "waits to be tried again");
  for (const auto& worker : slots)
    if (worker.job)
      look(*worker.job, "its worker does not answer");
  for (const auto& job : queue)
    if (!job.last_error.empty() || now - got_on >= options.stuck_after)
      look(job, "no worker gets on");
  for (auto lane : stuck_lanes)
    if (!stuck.contains(lane))
      options.seen->is_there(lane_of(lane));
  stuck_lanes.clear();
  for (auto& [lane, reason] : stuck) {
    stuck_lanes.insert(lane);
    options.seen->is_away(lane_of(lane), std::move(reason));
  }
}

void pool_state::show() {
  auto used = std::count_if(slots.begin(), slots.end(), [](const worker_slot& p) { return p.job; });
  if (!stuck_lanes.empty())
    report_lanes();
  link->set(used, static_cast<std::int64_t>(idle.size()));
  auto waiting = static_cast<std::int64_t>(queue.size() + delayed.size());
  telemetry::set_queue_length(options.stage->jobs, waiting);
  board->queue_length(waiting);
  board->credit(static_cast<std::int64_t>(idle.size()));
}

} // namespace bankslip::actors
