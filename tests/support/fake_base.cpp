#include "tests/support/fake_base.hpp"

#include <charconv>

#include "domain/error.hpp"

namespace bankslip::fake {

void base::note(std::string text) {
  if (!tracing)
    return;
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(
      time.steady_now().time_since_epoch() - std::chrono::hours{1});
  history.push_back(std::to_string(ms.count()) + " ms  " + std::move(text));
}

void line_codec::encode(const d::debt& debt, std::string& out) const {
  out.append(debt.name).append("\n").append(debt.government_id).append("\n");
  out.append(debt.email).append("\n").append(std::to_string(debt.amount.cents)).append("\n");
  d::append_date(out, debt.due_date);
  out.append("\n").append(debt.debt_id);
}

caf::error line_codec::decode(std::string_view text, d::debt& out) const {
  std::string_view fields[6];
  for (auto& field : fields) {
    auto end = text.find('\n');
    field = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  auto due = d::parse_date(fields[4]);
  if (!due || fields[5].empty())
    return d::make_error(d::errc::invalid_input, "debt_due_date: not a date");
  out.name = fields[0];
  out.government_id = fields[1];
  out.email = fields[2];
  std::from_chars(fields[3].data(), fields[3].data() + fields[3].size(), out.amount.cents);
  out.due_date = *due;
  out.debt_id = fields[5];
  return {};
}

} // namespace bankslip::fake
