#include "domain/settlement/wave_rows.hpp"

#include <algorithm>
#include <utility>

namespace bankslip::domain {

std::string join_names(std::initializer_list<std::pair<bool, std::string_view>> names) {
  std::string out;
  for (auto [listed, name] : names)
    if (listed)
      out.append(out.empty() ? "" : ", ").append(name);
  return out;
}

void wave_row::end_as(debt_status state, trouble reason) {
  end = state;
  why = std::make_unique<trouble>(std::move(reason));
}

void wave_row::hold() {
  held = true;
  end_as(debt_status::generated, {"the e-mails of its upload were stopped", {}, {}});
}

void wave_row::give_up(trouble reason) {
  end_as(mail_tried_at ? debt_status::in_doubt : debt_status::failed, std::move(reason));
}

void wave_row::put_off(debt_status state, std::string reason, int max_put_offs) {
  if (++put_offs <= max_put_offs)
    end_as(state, {std::move(reason), {}, {}});
  else
    give_up({"given up after " + std::to_string(max_put_offs) + " delays: " + std::move(reason),
             "service_unavailable", state == debt_status::imported ? "boleto" : "email"});
}

wave_rows::wave_rows(const wave_records& of, found_debts& found)
    : records{of}, all(of.leaders().size()), stored{found.rows} {
  found.clear();
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i].record = of.leaders()[i];
}

const debt& wave_rows::content(const wave_row& row) const {
  return row.stored ? stored[*row.stored].content : records.content(row.record);
}

origin wave_rows::from(const wave_row& row) const {
  if (row.same != nullptr)
    return *row.same;
  return row.stored ? stored[*row.stored].from : from(records.record(row.record));
}

const upload_standing* wave_rows::standing_of(const inbound_record& record) const {
  const auto& ids = records.uploads();
  auto id = std::find(ids.begin(), ids.end(), record.from.upload_id);
  if (id == ids.end() || uploads.empty())
    return nullptr;
  const auto& upload = uploads[static_cast<std::size_t>(id - ids.begin())];
  return upload.counts && record.from.row < upload.rows ? &upload : nullptr;
}

origin wave_rows::from(const inbound_record& record) const {
  return standing_of(record) != nullptr ? record.from : origin{};
}

bool wave_rows::is_uncounted(const inbound_record& record) const {
  const auto* upload = standing_of(record);
  return upload != nullptr && record.offset > upload->counted_through;
}

int wave_rows::attempt(const wave_row& row) const {
  return row.stored ? stored[*row.stored].attempt : 1;
}

} // namespace bankslip::domain
