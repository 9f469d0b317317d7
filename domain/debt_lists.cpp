#include "domain/debt_lists.hpp"

namespace bankslip::domain {

namespace {

bool names_person(const debt_filter& f) noexcept {
  return !f.email.empty() || !f.government_id.empty();
}

bool is_problem(debt_status s) noexcept {
  return s == debt_status::failed || s == debt_status::in_doubt;
}

} // namespace

list_order order_of(const debt_filter& filter) noexcept {
  return filter.upload_id != 0 && !names_person(filter) ? list_order::by_row : list_order::by_id;
}

std::string_view why_not_served(const debt_filter& f) noexcept {
  const bool narrow = names_person(f) || f.upload_id != 0 || f.due_from || f.due_to;
  if (f.status && !is_problem(*f.status) && !narrow)
    return "nearly every debt passes through this status: add upload_id, email, government_id, "
           "due_from or due_to; failed and in_doubt can stand alone";
  return {};
}

} // namespace bankslip::domain
