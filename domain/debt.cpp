#include "domain/debt.hpp"

namespace bankslip::domain {

std::string_view to_string(debt_status s) noexcept {
  switch (s) {
    case debt_status::imported:
      return "imported";
    case debt_status::generated:
      return "generated";
    case debt_status::emailed:
      return "emailed";
    case debt_status::failed:
      return "failed";
    case debt_status::in_doubt:
      return "in_doubt";
  }
  return "unknown";
}

} // namespace bankslip::domain
