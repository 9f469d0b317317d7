#pragma once

#include <ostream>

#include "domain/debt.hpp"
#include "domain/error.hpp"
#include "domain/outbox.hpp"
#include "domain/uploads.hpp"

/// How a failed `BOOST_TEST(a == b)` shows values of the domain.
namespace bankslip::domain {

inline std::ostream& boost_test_print_type(std::ostream& out, errc code) {
  return out << to_string(code);
}

inline std::ostream& boost_test_print_type(std::ostream& out, debt_status s) {
  return out << to_string(s);
}

inline std::ostream& boost_test_print_type(std::ostream& out, upload_state s) {
  return out << to_string(s);
}

inline std::ostream& boost_test_print_type(std::ostream& out, outbox_kind k) {
  return out << (k == outbox_kind::process ? "process" : "dead_letter");
}

inline std::ostream& boost_test_print_type(std::ostream& out, const debt& d) {
  return out << "{" << d.debt_id << ", " << d.name << ", " << d.government_id << ", " << d.email
             << ", " << format_decimal(d.amount) << ", " << format_date(d.due_date) << "}";
}

} // namespace bankslip::domain
