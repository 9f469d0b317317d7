#include "domain/settlement/wave.hpp"

#include <algorithm>
#include <utility>

#include "domain/settlement/wave_steps.hpp"

namespace bankslip::domain {

namespace {

/// Ends a wave that is not settled. Nobody is to take an intent under which
/// nothing was started for e-mails under way.
caf::error take_back(const wave_context& ctx, const wave_intent& intent) {
  ctx.store.rollback();
  if (intent.id == 0 || intent.emails_started)
    return {};
  auto err = ctx.store.drop_intent(intent.id);
  if (err)
    ctx.empty_intents.push_back(intent.id);
  return err;
}

void tell_traced(const wave_context& ctx, const wave_rows& rows) {
  if (rows.records.batch().foreign_headers.empty())
    return;
  for (const auto& row : rows.all)
    if (const auto trace = rows.trace(row); !trace.empty() && !row.settled && !row.left)
      ctx.observer.on_traced(trace, rows.content(row), row.end, row.failure());
}

/// Everything that is done under the intent.
caf::expected<wave_result> settle_under(const wave_context& ctx, wave_rows& rows,
                                        wave_intent& intent, mail_permit& permit,
                                        const wave_plan& plan, wave_result result) {
  result.service_time = make_slips(ctx, rows, plan.given_up, intent.began);
  auto written = write_rows(ctx, rows, plan.way, intent.id);
  if (!written)
    return std::move(written.error());
  if (*written == write_end::overtaken) {
    result.end = wave_end::check_first;
    return result;
  }
  if (auto err = weigh_earlier_tries(ctx, rows, intent))
    return err;
  if (!ctx.is(settle_part::slips))
    result.service_time += send_emails(ctx, rows, intent, permit);
  result.wait = permit.wait();
  result.settled = first_left(rows);
  auto report = finish_wave(ctx, rows, plan, intent.id, result.settled);
  if (!report)
    return std::move(report.error());
  result.report = *report;
  tell_traced(ctx, rows);
  return result;
}

} // namespace

caf::expected<wave_result> settle_wave(const wave_context& ctx, const wave_records& records,
                                       const wave_plan& plan) {
  wave_rows rows{records, ctx.found};
  if (ctx.is(settle_part::slips))
    for (auto& row : rows.all)
      row.end = debt_status::generated;
  mail_permit permit{ctx.leave};
  wave_intent intent;
  try {
    if (plan.way != write_way::copy)
      if (auto err = check_rows(ctx, rows))
        return err;
    wave_result begun;
    const bool mails = ctx.is(settle_part::mails) && plan.given_up == nullptr;
    if (mails && !take_leave(ctx, rows, permit, begun))
      return begun;
    auto opened = open_intent(ctx, rows, plan);
    if (!opened)
      return std::move(opened.error());
    intent = std::move(*opened);
    if (auto allowed = intent.allowed_rows)
      return wave_result{
          records.size() > *allowed ? wave_end::too_large : wave_end::poisonous, {}, {}, *allowed};
    auto result = settle_under(ctx, rows, intent, permit, plan, begun);
    if (!result)
      static_cast<void>(take_back(ctx, intent));
    else if (result->end == wave_end::check_first)
      if (auto err = take_back(ctx, intent))
        return err;
    return result;
  } catch (...) {
    // A bug; but it may be the store that has it.
    try {
      static_cast<void>(take_back(ctx, intent));
    } catch (...) { // The intent stays until its lease is over.
    }
    throw;
  }
}

} // namespace bankslip::domain
