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
    row.settled = is_final(stored.status)
                  || (ctx.is(settle_part::slips) && stored.status == debt_status::generated)
                  || (ctx.is(settle_part::mails) && stored.status == debt_status::imported);
    row.has = {stored.linha_digitavel, stored.slip_details};
    row.put_offs = stored.put_offs;
    row.mail_tried_at = stored.mail_tried_at;
  }
  // Whoever has settled the record was here before: what is not there now was removed.
  if (ctx.is(settle_part::mails))
    for (auto& row : rows.all)
      row.settled = row.settled || row.is_new();
  return {};
}

} // namespace bankslip::domain
