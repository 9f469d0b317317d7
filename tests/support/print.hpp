#pragma once

#include <optional>
#include <ostream>
#include <type_traits>

#include <boost/test/unit_test.hpp>

#include "domain/debt.hpp"

namespace boost::test_tools::tt_detail {

/// Shows an enum in a failed `BOOST_TEST(a == b)`: by its `to_string`, else by its number.
template <class Enum>
requires(std::is_enum_v<Enum> && !std::is_convertible_v<Enum, int>) struct print_log_value<Enum> {
  void operator()(std::ostream& out, Enum value) {
    if constexpr (requires { out << to_string(value); })
      out << to_string(value);
    else
      out << static_cast<long>(value);
  }
};

template <class T>
struct print_log_value<std::optional<T>> {
  void operator()(std::ostream& out, const std::optional<T>& value) {
    if (value)
      print_log_value<T>{}(out, *value);
    else
      out << "nothing";
  }
};

} // namespace boost::test_tools::tt_detail

namespace bankslip::domain {

inline std::ostream& boost_test_print_type(std::ostream& out, const debt& d) {
  return out << "{" << d.debt_id << ", " << d.name << ", " << d.government_id << ", " << d.email
             << ", " << format_decimal(d.amount) << ", " << format_date(d.due_date) << "}";
}

} // namespace bankslip::domain
