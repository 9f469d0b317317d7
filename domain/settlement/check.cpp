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
    row.settled = is_final(stored.status);
    row.has = {stored.linha_digitavel, stored.slip_details};
    row.put_offs = stored.put_offs;
    row.mail_tried_at = stored.mail_tried_at;
  }
  return {};
}

} // namespace bankslip::domain
