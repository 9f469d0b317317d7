#include <algorithm>

#include "domain/settlement/idempotency.hpp"
#include "domain/settlement/prefetch.hpp"
#include "domain/settlement/wave_steps.hpp"

namespace bankslip::domain {

namespace {

/// Attempts after which a range is no longer tried as a whole.
constexpr int whole_attempts = 2;

/// Crashes of a record that stood alone before it is given up.
constexpr int lone_attempts = 3;

/// Rows that may be tried together at the given attempt, and how often even one
/// was tried alone. Each further crash divides by ten.
std::size_t rows_at_attempt(int attempts, std::size_t max_rows, int& alone) {
  auto rows = max_rows;
  alone = 0;
  for (int i = whole_attempts; i < attempts; ++i) {
    if (rows == 1)
      ++alone;
    rows = std::max<std::size_t>(1, rows / 10);
  }
  return rows;
}

/// The last attempt at which `rows` may still be tried together.
int last_attempt(std::size_t rows, std::size_t max_rows) {
  int last = 1;
  int alone = 0;
  while (rows_at_attempt(last + 1, max_rows, alone) >= rows && alone < lone_attempts)
    ++last;
  return last;
}

} // namespace

caf::expected<wave_intent> open_intent(const wave_context& ctx, const wave_rows& rows,
                                       const wave_plan& plan) {
  wave_intent out;
  for (std::uint32_t i = 0; i < rows.all.size(); ++i) {
    const auto& row = rows.all[i];
    if (row.settled)
      continue;
    prefetch_debts(
        i, rows.all.size(), [&](auto n) -> auto& { return rows.content(rows.all[n]); },
        &debt::debt_id);
    out.attempts.emplace_back(attempt_fingerprint(rows.content(row).debt_id, rows.attempt(row)), i);
  }
  std::sort(out.attempts.begin(), out.attempts.end());
  if (out.attempts.empty() || plan.given_up != nullptr)
    return out;
  ctx.observer.on_stage(settle_stage::intent);
  intent_request request;
  request.partition = ctx.lane(rows.records.batch().partition);
  request.first_offset = rows.records.first_offset();
  request.last_offset = rows.records.last_offset();
  request.lease = ctx.options.lease;
  request.counts_as_attempts = plan.repeated ? 0 : 1;
  request.max_attempts = last_attempt(rows.records.size(), ctx.options.max_rows);
  // They tell of e-mails that may have been begun.
  if (!ctx.is(settle_part::slips))
    for (const auto& [print, row] : out.attempts)
      request.fingerprints.push_back(print);
  out.began = ctx.time.steady_now();
  auto opened = ctx.store.open_intent(request);
  if (!opened)
    return std::move(opened.error());
  out.id = opened->id;
  out.opened_at = opened->opened_at;
  int alone = 0;
  if (out.id == 0)
    out.allowed_rows = rows_at_attempt(opened->attempts, ctx.options.max_rows, alone);
  return out;
}

} // namespace bankslip::domain
