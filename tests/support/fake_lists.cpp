// Lists of debts, and what idempotency keys stand for.
#include <algorithm>
#include <tuple>

#include "tests/support/fake_database.hpp"

namespace bankslip::fake {

namespace {

bool meets(const d::debt_filter& f, const d::stored_debt& r) {
  return (!f.status || r.status == *f.status)
         && (f.upload_id == 0 || r.from.upload_id == f.upload_id)
         && (!f.due_from || r.content.due_date >= *f.due_from)
         && (!f.due_to || r.content.due_date <= *f.due_to)
         && (f.email.empty() || r.content.email == f.email)
         && (f.government_id.empty() || r.content.government_id == f.government_id);
}

d::list_position place_of(const d::stored_debt& r) { return {r.from.row, r.content.debt_id}; }

} // namespace

d::debt_page database::list_debts(const d::debt_filter& filter, int limit,
                                  const d::list_position& after) const {
  const bool by_row = d::order_of(filter) == d::list_order::by_row;
  const auto before = [by_row](const d::list_position& a, const d::list_position& b) {
    return by_row ? std::tie(a.row, a.debt_id) < std::tie(b.row, b.debt_id) : a.debt_id < b.debt_id;
  };
  d::debt_page out;
  for (const auto& [id, row] : rows)
    if (meets(filter, row) && before(after, place_of(row)))
      out.debts.push_back(row);
  std::sort(out.debts.begin(), out.debts.end(),
            [&](const auto& a, const auto& b) { return before(place_of(a), place_of(b)); });
  if (const auto most = static_cast<std::size_t>(std::max(limit, 1)); out.debts.size() > most) {
    out.debts.resize(most);
    out.next = place_of(out.debts.back());
  }
  return out;
}

d::key_claim database::claim_key(const d::idempotency_name& name, std::int64_t token,
                                 std::chrono::milliseconds lease) {
  using holder = d::key_claim::holder;
  auto& row = keys[name];
  if (row.answer && row.expires_at >= now())
    return {holder::answered, {}, *row.answer};
  if (!row.answer && row.token != token && row.lease_until >= now())
    return {holder::another,
            std::chrono::duration_cast<std::chrono::milliseconds>(row.lease_until - now()),
            {}};
  row = {token, now() + lease, now() + d::answers_kept, std::nullopt};
  return {};
}

bool database::settle_key(const d::idempotency_name& name, std::int64_t token,
                          const std::optional<d::kept_answer>& answer) {
  const auto i = keys.find(name);
  if (i == keys.end() || i->second.answer || i->second.token != token)
    return false;
  if (!answer) {
    keys.erase(i);
    return true;
  }
  i->second.answer = answer;
  i->second.expires_at = now() + d::answers_kept;
  return true;
}

} // namespace bankslip::fake
