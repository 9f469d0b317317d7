#include "actors/pool_job.hpp"

#include <utility>

#include "domain/error.hpp"
#include "telemetry/log.hpp"

namespace bankslip::actors {

void pool_job::note_crash(const caf::error& reason, int limit) {
  ++crashes;
  last_error = domain::text_of(reason);
  maybe_mailed = maybe_mailed || domain::code_of(reason) != domain::errc::worker_crashed;
  if (crashes < limit)
    return;
  if (const auto size = end - begin; size > 1) {
    const auto middle = begin + size / 2;
    rest.push_back({middle, end});
    end = middle;
    crashes = limit - 1;
  } else if (!dead_letter) {
    dead_letter = std::make_shared<const domain::dead_letter_reason>(
        domain::dead_letter_reason{last_error, maybe_mailed});
    telemetry::log_error("record written off", {{"partition", work.batch->partition},
                                                {"offset", work.batch->records[begin].offset},
                                                {"error", last_error}});
  }
}

pool_job pool_job::next_range(int limit) const {
  pool_job next;
  next.work = work;
  next.begin = rest.back().begin;
  next.end = rest.back().end;
  next.got_on = got_on;
  next.maybe_mailed = maybe_mailed;
  next.crashes = limit - 1;
  next.rest = rest;
  next.rest.pop_back();
  return next;
}

batch_settled pool_job::fact(bool dropped) const {
  const auto& batch = *work.batch;
  batch_settled out{batch.partition, work.epoch, batch.records.front().offset,
                    batch.records.back().offset, dropped};
  if (dropped && begin > 0)
    out.settled_through = batch.records[begin - 1].offset;
  return out;
}

} // namespace bankslip::actors
