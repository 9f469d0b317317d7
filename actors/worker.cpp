#include "actors/worker.hpp"

#include <exception>
#include <utility>

#include "domain/error.hpp"
#include "domain/trace.hpp"
#include "telemetry/crash_point.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::actors {

using domain::errc;
using domain::settle_stage;

namespace {

std::optional<telemetry::stage> metric_of(settle_stage s) {
  switch (s) {
    case settle_stage::check:
      return telemetry::stage::check;
    case settle_stage::slips:
      return telemetry::stage::boleto;
    case settle_stage::emails:
      return telemetry::stage::email;
    case settle_stage::intent:
    case settle_stage::write:
    case settle_stage::finish:
      return telemetry::stage::store;
    case settle_stage::decode:
      break;
  }
  return std::nullopt;
}

/// A service that is away puts rows off in every wave.
constexpr std::chrono::seconds between_notes{10};

} // namespace

void stage_meter::on_settled(const domain::settle_report& r) {
  for (const auto& counter : domain::each_upload_counter)
    telemetry::count_rows(counter.outcome, static_cast<std::size_t>(r.*counter.rows));
  telemetry::count_rows("put_off", r.put_off);
  telemetry::count_rows("unreadable", r.unreadable);
  telemetry::observe_batch("settled", r.records);
  put_off_ += r.put_off;
  auto now = time_.steady_now();
  if (r.put_off == 0 || now < next_note_)
    return;
  telemetry::log_warn("rows put off", {{"rows", put_off_}, {"reason", r.put_off_reason}});
  put_off_ = 0;
  next_note_ = now + between_notes;
}

void stage_meter::on_suspect(const domain::debt& d) {
  telemetry::log_warn(
      "check digits of a governmentId are wrong",
      {{"debt_id", d.debt_id}, {"government_id", telemetry::mask_document(d.government_id)}});
}

void stage_meter::on_traced(std::string_view trace, const domain::debt& d, domain::debt_status end,
                            std::string_view reason) {
  telemetry::log(reason.empty() ? telemetry::log_level::info : telemetry::log_level::warn,
                 "debt settled",
                 {{"debt_id", d.debt_id},
                  {"status", domain::to_string(end)},
                  {"reason", reason},
                  {domain::traceparent, trace}});
}

void stage_meter::on_stage(settle_stage begins) {
  stop();
  current_ = begins;
  running_ = true;
  began_ = time_.steady_now();
}

void stage_meter::stop() {
  if (!std::exchange(running_, false))
    return;
  telemetry::crash_point(to_string(current_));
  if (auto metric = metric_of(current_)) {
    std::chrono::duration<double> took = time_.steady_now() - began_;
    telemetry::observe_stage(*metric, took.count());
  }
}

job_done worker_state::run(const run_job& job) {
  if (auto enter = std::exchange(ports.enter_thread, nullptr))
    enter();
  job_done done;
  done.slot = slot;
  done.job = job.job;
  const auto& records = job.batch->records;
  board->works_on("partition " + std::to_string(job.batch->partition) + ", offsets "
                  + std::to_string(records[job.begin].offset) + " to "
                  + std::to_string(records[job.end - 1].offset));
  done.next = job.end;
  if (job.dead_letter) {
    done.error = settler->dead_letter(*job.batch, job.begin, *job.dead_letter);
  } else {
    auto end = settler->settle(*job.batch, job.begin, job.end, job.repeated);
    done.next = end.next;
    done.error = std::move(end.error);
    done.wait = end.wait;
  }
  meter->stop();
  board->works_on("");
  return done;
}

worker_actor::behavior_type worker(worker_actor::stateful_pointer<worker_state> self,
                                   std::size_t slot, pool_actor pool, worker_ports ports,
                                   domain::settle_options options, int restarts) {
  auto& state = self->state;
  state.slot = slot;
  state.pool = std::move(pool);
  state.ports = std::move(ports);
  state.meter.emplace(*state.ports.time);
  state.settler.emplace(*state.ports.store, *state.ports.boletos, *state.ports.emails,
                        *state.ports.codec, *state.ports.time, *state.meter, options,
                        state.ports.leave.get());
  const auto& names = names_of(options.part);
  state.board.emplace("worker", std::string{names.worker} + " " + std::to_string(slot), names.pool);
  state.board->restarts(restarts);
  // A bug in a job must not be turned into a value: the actor dies of it, and
  // its supervisor learns whether e-mails may have gone out.
  self->set_exception_handler([self](std::exception_ptr& caught) -> caf::error {
    auto stage = self->state.meter->current();
    auto code = stage >= settle_stage::emails ? errc::worker_crashed_mailing : errc::worker_crashed;
    try {
      std::rethrow_exception(caught);
    } catch (const std::exception& e) {
      return domain::make_error(code, std::string{to_string(self->state.meter->current())} + ": "
                                          + e.what());
    } catch (...) {
      return domain::make_error(code, "unknown exception");
    }
  });
  return {
      [=](const run_job& job) { self->send(self->state.pool, self->state.run(job)); },
  };
}

} // namespace bankslip::actors
