#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "domain/debt.hpp"
#include "domain/validation.hpp"

namespace bankslip::domain {

/// One field of a debt that clients give: its names, and the member that holds it before
/// and after the check.
struct debt_field {
  /// Name in JSON and in the table.
  std::string_view name;
  /// Name of its column in a CSV file.
  std::string_view csv_name;
  std::string_view raw_debt::*given;
  /// Null for the amount and the due date, which have types of their own.
  std::string debt::*text;
};

/// The six fields, a line each, in the order that every JSON object of a debt has.
inline constexpr std::array<debt_field, 6> debt_fields{{
    {"name", "name", &raw_debt::name, &debt::name},
    {"government_id", "governmentId", &raw_debt::government_id, &debt::government_id},
    {"email", "email", &raw_debt::email, &debt::email},
    {"debt_amount", "debtAmount", &raw_debt::debt_amount, nullptr},
    {"debt_due_date", "debtDueDate", &raw_debt::debt_due_date, nullptr},
    {"debt_id", "debtId", &raw_debt::debt_id, &debt::debt_id},
}};

/// The position of the amount in `debt_fields`: the one field that JSON may give as a number.
inline constexpr std::size_t amount_field = 3;

constexpr bool is_amount(const debt_field& f) noexcept { return f.given == &raw_debt::debt_amount; }
static_assert(is_amount(debt_fields[amount_field]));

/// Returns the position of the field with that JSON name; `debt_fields.size()` for none.
constexpr std::size_t find_debt_field(std::string_view name) noexcept {
  const auto at = std::ranges::find(debt_fields, name, &debt_field::name);
  return static_cast<std::size_t>(at - debt_fields.begin());
}

/// Returns the name in a CSV file of the field with that JSON name: "debtAmount" for
/// "debt_amount"; `name` itself for none.
constexpr std::string_view csv_name(std::string_view name) noexcept {
  const auto at = find_debt_field(name);
  return at < debt_fields.size() ? debt_fields[at].csv_name : name;
}

/// Appends the field's value as JSON.
void append_json_value(std::string& out, const debt_field& f, const debt& d);

/// Appends the debt as a JSON object: the form of messages and of requests to services.
void append_json(std::string& out, const debt& d);

} // namespace bankslip::domain
