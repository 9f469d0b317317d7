#include "actors/pool.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "domain/error.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::actors {

using domain::errc;

namespace {

using pool_pointer = pool_actor::stateful_pointer<pool_state>;

/// However long the e-mails are to wait, somebody may have stopped them meanwhile.
constexpr std::chrono::milliseconds max_pace_wait{5'000};
constexpr std::chrono::milliseconds min_pace_wait{1};

void dispatch(pool_pointer self);

void launch(pool_pointer self, std::size_t slot) {
  auto& worker = self->state.slots[slot];
  try {
    auto launched = self->state.options.launch(slot, self);
    worker.handle = std::move(launched.handle);
    worker.interrupt = std::move(launched.interrupt);
  } catch (const std::exception& e) {
    telemetry::log_error("worker not started", {{"slot", slot}, {"error", e.what()}});
    ++worker.deaths;
    self->delayed_send(self, self->state.delay_after(worker.deaths), replace_worker{slot});
    return;
  }
  self->monitor<caf::message_priority::high>(worker.handle);
  self->state.idle.push_back(slot);
}

/// Repeating the same work would fail for ever.
bool is_permanent(const caf::error& reason) {
  auto code = domain::code_of(reason);
  return !domain::is_retryable(reason) && code != errc::intent_lost && code != errc::already_stored;
}

void answer(pool_pointer self, const pool_job& job, bool dropped) {
  self->send(job.work.answer_to, job.fact(dropped));
}

/// Answers a job whose lane is lost, and any once nothing more is begun. False: it goes on.
bool drop(pool_pointer self, const pool_job& job) {
  if (!job.revoked && !self->state.draining)
    return false;
  answer(self, job, true);
  return true;
}

/// The job is the next that a worker gets.
void go_first(pool_pointer self, pool_job job) {
  job.id = self->state.next_job++;
  self->state.queue.push_front(std::move(job));
}

void put_off(pool_pointer self, pool_job job, std::chrono::milliseconds wait) {
  const auto id = self->state.next_job++;
  job.id = id;
  self->state.delayed.emplace(id, std::move(job));
  self->delayed_send(self, wait, job_due{id});
}

/// Repeats a job that has failed.
void repeat(pool_pointer self, pool_job job) {
  if (drop(self, job))
    return;
  telemetry::count_batch_failure();
  const auto wait = self->state.delay_after(job.failures + job.crashes);
  put_off(self, std::move(job), wait);
}

/// The job's range is settled: on with the rest of its batch, or the credit.
void complete(pool_pointer self, pool_job job) {
  if (job.rest.empty())
    return answer(self, job, false);
  job.begin = job.end;
  if (!drop(self, job))
    go_first(self, job.next_range(self->state.options.crashes_before_split));
}

/// The worker's turn was over before its range: on with the rest, by the same
/// worker, which knows the services' pace.
void go_on(pool_pointer self, pool_job job, std::size_t slot) {
  auto& idle = self->state.idle;
  idle.erase(std::remove(idle.begin(), idle.end(), slot), idle.end());
  idle.push_front(slot);
  job.failures = 0;
  if (!drop(self, job))
    go_first(self, std::move(job));
}

/// The e-mails' pace says when to go on: no failure, and no lane that is stuck.
void keep_pace(pool_pointer self, pool_job job, std::chrono::milliseconds wait) {
  if (drop(self, job))
    return;
  job.failures = 0;
  self->state.note_progress(job);
  put_off(self, std::move(job), std::clamp(wait, min_pace_wait, max_pace_wait));
}

void after_crash(pool_pointer self, pool_job job, const caf::error& reason) {
  job.note_crash(reason, self->state.options.crashes_before_split);
  repeat(self, std::move(job));
}

void after_failure(pool_pointer self, pool_job job, const caf::error& reason) {
  ++job.failures;
  job.last_error = domain::text_of(reason);
  telemetry::log_warn("batch delayed", {{"partition", job.work.batch->partition},
                                        {"failures", job.failures},
                                        {"error", job.last_error}});
  repeat(self, std::move(job));
}

void on_done(pool_pointer self, const job_done& done) {
  auto& state = self->state;
  auto& worker = state.slots.at(done.slot);
  if (!worker.job || worker.job->id != done.job)
    return;
  auto job = std::move(*std::exchange(worker.job, std::nullopt));
  worker.deaths = 0;
  state.idle.push_back(done.slot);
  if (done.next > job.begin)
    state.note_progress(job);
  const bool is_whole = done.next == job.end;
  if (!is_whole)
    job.begin = done.next;
  if (done.error && is_permanent(done.error))
    // The database refuses some row for good: found as a crash is.
    after_crash(self, std::move(job), done.error);
  else if (done.error)
    after_failure(self, std::move(job), done.error);
  else if (is_whole)
    complete(self, std::move(job));
  else if (done.wait.count() > 0)
    keep_pace(self, std::move(job), done.wait);
  else
    go_on(self, std::move(job), done.slot);
  dispatch(self);
}

void on_down(pool_pointer self, const caf::down_msg& down) {
  auto& state = self->state;
  for (std::size_t slot = 0; slot < state.slots.size(); ++slot) {
    auto& worker = state.slots[slot];
    if (!worker.handle || worker.handle.address() != down.source)
      continue;
    worker.handle = nullptr;
    worker.interrupt = nullptr;
    worker.interrupted = false;
    state.idle.erase(std::remove(state.idle.begin(), state.idle.end(), slot), state.idle.end());
    telemetry::count_restart("worker");
    telemetry::log_error("worker died", {{"slot", slot}, {"error", domain::text_of(down.reason)}});
    if (worker.job)
      after_crash(self, std::move(*std::exchange(worker.job, std::nullopt)), down.reason);
    self->delayed_send(self, state.delay_after(worker.deaths++), replace_worker{slot});
    break;
  }
  dispatch(self);
}

void dispatch(pool_pointer self) {
  auto& state = self->state;
  if (state.draining)
    for (const auto& job : state.forget_all())
      answer(self, job, true);
  while (!state.queue.empty() && !state.idle.empty()) {
    auto slot = state.idle.front();
    state.idle.pop_front();
    auto& worker = state.slots[slot];
    worker.job = std::move(state.queue.front());
    state.queue.pop_front();
    worker.since = state.options.time->steady_now();
    // It has waited for its turn, not for itself.
    if (worker.job->failures == 0 && worker.job->crashes == 0)
      worker.job->got_on = worker.since;
    worker.interrupted = false;
    self->send(worker.handle,
               run_job{worker.job->id, worker.job->work.batch, worker.job->begin, worker.job->end,
                       worker.job->failures > 0, worker.job->dead_letter});
  }
  if (!state.busy())
    for (auto& promise : std::exchange(state.drains, {}))
      promise.deliver(drained{});
  state.show();
}

void watch(pool_pointer self) {
  auto& state = self->state;
  auto now = state.options.time->steady_now();
  for (auto& worker : state.slots) {
    if (!worker.job || now - worker.since < state.options.job_deadline)
      continue;
    if (!worker.interrupted) {
      telemetry::log_error("worker is stuck, its calls are broken off",
                           {{"partition", worker.job->work.batch->partition}});
      worker.interrupted = true;
      worker.interrupt();
    } else if (now - worker.since > 2 * state.options.job_deadline) {
      state.options.give_up("a worker hangs");
    }
  }
  state.report_lanes();
  self->delayed_send(self, state.watch_interval(), watch_workers{});
}

} // namespace

pool_actor::behavior_type pool(pool_pointer self, pool_options options) {
  self->state.options = std::move(options);
  self->state.link.emplace(self->state.options.stage->jobs);
  self->state.board.emplace("pool", self->state.options.stage->pool);
  if (self->state.options.jitter_seed)
    self->state.jitter.seed(*self->state.options.jitter_seed);
  self->state.slots.resize(self->state.options.workers);
  self->set_down_handler([=](caf::down_msg& down) { on_down(self, down); });
  for (std::size_t slot = 0; slot < self->state.slots.size(); ++slot)
    launch(self, slot);
  self->state.show();
  self->delayed_send(self, self->state.watch_interval(), watch_workers{});
  return {
      [=](const settle_batch& work) {
        pool_job job;
        job.id = self->state.next_job++;
        job.work = work;
        job.end = work.batch->records.size();
        job.got_on = self->state.options.time->steady_now();
        if (!self->state.has_work())
          self->state.got_on = job.got_on;
        self->state.queue.push_back(std::move(job));
        dispatch(self);
      },
      [=](const job_done& done) { on_done(self, done); },
      [=](const lane_revoked& lost) {
        for (const auto& job : self->state.forget(lost))
          answer(self, job, true);
        self->state.show();
      },
      [=](const job_due& due) {
        auto& state = self->state;
        auto node = state.delayed.extract(due.job);
        if (node.empty())
          return;
        state.queue.push_back(std::move(node.mapped()));
        dispatch(self);
      },
      [=](const replace_worker& empty) {
        if (!self->state.draining)
          launch(self, empty.slot);
        dispatch(self);
      },
      [=](watch_workers) { watch(self); },
      [=](drain) -> caf::result<drained> {
        auto& state = self->state;
        state.draining = true;
        for (const auto& job : state.forget_all())
          answer(self, job, true);
        if (!state.busy())
          return drained{};
        auto promise = self->make_response_promise<drained>();
        state.drains.push_back(promise);
        return promise;
      },
      [](take_pulse) { return pulse{}; },
  };
}

} // namespace bankslip::actors
