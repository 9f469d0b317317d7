#include "domain/debt_lists.hpp"

namespace bankslip::domain {

list_order order_of(const debt_filter& f) noexcept {
  const bool names_person = !f.email.empty() || !f.government_id.empty();
  return f.upload_id != 0 && !names_person ? list_order::by_row : list_order::by_id;
}

} // namespace bankslip::domain
