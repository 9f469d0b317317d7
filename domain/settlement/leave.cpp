#include <algorithm>
#include <vector>

#include "domain/settlement/wave_steps.hpp"

namespace bankslip::domain {

bool take_leave(const wave_context& ctx, wave_rows& rows, mail_permit& permit,
                wave_result& result) {
  std::vector<wave_row*> waiting;
  const bool holds = std::ranges::any_of(rows.all, &wave_row::held);
  for (auto& row : rows.all)
    if (!row.settled && !row.held)
      waiting.push_back(&row);
  // In the order of their records, so that as many as can be are settled.
  std::ranges::sort(waiting, {}, &wave_row::record);
  const auto granted = permit.take(std::min(waiting.size(), ctx.most_mails));
  result.wanted = waiting.size();
  for (auto* row : waiting) {
    const bool may_go = result.granted < granted;
    if (may_go && permit.admits(rows.content(*row).email)) {
      ++result.granted;
    } else {
      if (!may_go)
        permit.is_short();
      row->left = true;
      row->settled = true;
    }
  }
  permit.keep(result.granted);
  result.wait = permit.wait();
  return result.granted > 0 || holds || first_left(rows) > 0;
}

std::size_t first_left(const wave_rows& rows) {
  auto first = rows.records.size();
  for (const auto& row : rows.all)
    if (row.left)
      first = std::min<std::size_t>(first, row.record);
  return first;
}

} // namespace bankslip::domain
