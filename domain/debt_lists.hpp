#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/debt.hpp"

namespace bankslip::domain {

/// Which debts a list shows: those that meet every condition that is set.
struct debt_filter {
  std::optional<debt_status> status;
  /// 0: of any upload, and of none.
  std::int64_t upload_id = 0;
  /// Both days belong to the span.
  std::optional<date> due_from;
  std::optional<date> due_to;
  /// As they are stored, letter by letter. Empty: any.
  std::string email;
  std::string government_id;
};

/// The order of a list. Neither an id nor a row number ever changes, so a page
/// begins where the one before ended, whatever was written meanwhile.
enum class list_order : std::uint8_t { by_id, by_row };

/// By row of the file where the filter names an upload and no person, else by id.
list_order order_of(const debt_filter& filter) noexcept;

/// Marks the end of a page: everything up to it was shown. `row` counts in lists by row
/// only; with an empty id nothing of that row was shown.
struct list_position {
  std::int64_t row = 0;
  std::string debt_id;

  friend bool operator==(const list_position&, const list_position&) = default;
};

/// A page of a list. It may have fewer debts than asked for, even none, and yet not
/// be the last one: a page also ends when enough rows were looked at.
struct debt_page {
  std::vector<stored_debt> debts;
  /// The next page begins there; nothing: this is the last one.
  std::optional<list_position> next;
};

/// A page of an upload's failed debts that were begun anew.
struct retried_page {
  std::int64_t retried = 0;
  /// As in `debt_page`.
  std::optional<list_position> next;
};

} // namespace bankslip::domain
