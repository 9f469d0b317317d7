#pragma once

#include <cstdint>

#include "domain/time.hpp"

namespace bankslip::domain {

/// Whether the check digits of a debt's governmentId are looked at.
enum class government_id_check : std::uint8_t {
  /// Any text of the right length will do.
  off,
  /// A wrong one is logged and accepted.
  warn,
  /// A debt with a wrong one is rejected.
  reject,
};

/// Whether a due date must be one that readers of the slip take for the same day.
enum class due_date_window : std::uint8_t {
  /// Every day that a due-date factor can mean: for those who only keep records.
  off,
  /// Days outside the window of today are rejected.
  reject,
};

/// Says what an operator decides about the debts that are let in, whether they come in
/// a file, by `POST /bankslip` or as a message of another producer. The default lets
/// in all that is inside the limits.
struct validation_policy {
  government_id_check id_check = government_id_check::off;
  due_date_window due_dates = due_date_window::off;
  /// Tells the day of today; must outlive whoever holds the policy.
  const clock* time = &system_clock();
};

/// A policy as it stands at one moment: cheap to apply to many rows.
struct debt_rules {
  government_id_check id_check = government_id_check::off;
  due_date_window due_dates = due_date_window::off;
  /// First and last day of the window.
  date earliest{};
  date latest{};
};

/// Returns the rules of today, by the Brazilian calendar.
debt_rules rules_of(const validation_policy& policy);

} // namespace bankslip::domain
