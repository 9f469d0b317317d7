#include "domain/boleto/factor.hpp"

#include <algorithm>

namespace bankslip::domain {

namespace {

constexpr date base{std::chrono::year{1997} / 10 / 7};
constexpr int first_factor = 1000;
constexpr int last_factor = 9999;
constexpr int cycle = last_factor - first_factor + 1;

constexpr date after_base(int days) { return base + std::chrono::days{days}; }

} // namespace

std::optional<int> due_factor(date due) noexcept {
  if (due < first_due_date || due > last_due_date)
    return std::nullopt;
  auto n = static_cast<int>((due - base).count());
  return n <= last_factor ? n : (n - first_factor) % cycle + first_factor;
}

std::vector<date> due_dates(int factor) {
  if (factor < 1 || factor > last_factor)
    return {};
  if (factor < first_factor)
    return {after_base(factor)};
  return {after_base(factor), after_base(factor + cycle)};
}

std::optional<date> due_date(int factor, date today) noexcept {
  if (factor < first_factor || factor > last_factor)
    return std::nullopt;
  auto now = static_cast<std::int64_t>((today - base).count());
  auto earliest = std::max<std::int64_t>(now - factor_window_past, first_factor);
  // First day from `earliest` on whose factor is the one asked for.
  auto n = earliest + ((factor - earliest) % cycle + cycle) % cycle;
  if (n > now + factor_window_future)
    return std::nullopt;
  return base + std::chrono::days{n};
}

} // namespace bankslip::domain
