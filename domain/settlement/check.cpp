#include <algorithm>

#include "domain/settlement/wave_steps.hpp"

namespace bankslip::domain {

caf::error check_rows(const wave_context& ctx, wave_rows& rows) {
  ctx.observer.on_stage(settle_stage::check);
  if (rows.all.empty())
    return {};
  std::vector<const debt*> debts;
  debts.reserve(rows.all.size());
  for (const auto& row : rows.all)
    debts.push_back(&rows.records.content(row.record));
  if (auto err = ctx.store.find(debts, ctx.found))
    return err;
  for (const auto& same : ctx.found.same) {
    auto& row = rows.all[same.asked];
    row.same = &same.from;
    row.settled = true;
  }
  for (std::uint32_t i = 0; i < rows.stored.size(); ++i) {
    const auto& stored = rows.stored[i];
    auto& row = rows.all[ctx.found.asked[i]];
    row.stored = i;
    row.settled = is_final(stored.status) || stored.held
                  || (ctx.is(settle_part::slips) && stored.status == debt_status::generated)
                  || (ctx.is(settle_part::mails) && stored.status == debt_status::imported);
    rows.passes_by_unfinished =
        rows.passes_by_unfinished
        || (ctx.is(settle_part::mails) && stored.status == debt_status::imported);
    row.has = {stored.linha_digitavel, stored.slip_details};
    row.put_offs = stored.put_offs;
    row.mail_tried_at = stored.mail_tried_at;
  }
  if (!ctx.is(settle_part::mails))
    return {};
  // So that no leave is taken for them.
  auto stopped = ctx.store.stopped_uploads();
  if (!stopped)
    return std::move(stopped.error());
  for (auto& row : rows.all) {
    // Whoever has settled the record was here before: what is not there now was removed.
    row.settled = row.settled || row.is_new();
    if (!row.settled && std::ranges::count(*stopped, rows.from(row).upload_id) > 0)
      row.hold();
  }
  return {};
}

} // namespace bankslip::domain
