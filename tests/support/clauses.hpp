#pragma once

#include <initializer_list>

#include <boost/test/unit_test.hpp>

/// Contracts of ports, clause by clause.
namespace bankslip::test {

/// One rule that every implementation of a port keeps, checked in a `World`
/// made for it.
template <class World>
struct clause {
  const char* name;
  void (*run)(World&);
};

/// The clause that the function template `name` checks.
#define BANKSLIP_CLAUSE(name)                                                                      \
  { #name, name < World> }

/// Makes each clause a test case of its own in the suite that is open where this
/// is called, at namespace scope:
///
///   const auto clauses = debt_contract::add_clauses<postgres_world>();
template <class World>
bool add_clauses(std::initializer_list<clause<World>> clauses) {
  auto& suite = boost::unit_test::framework::current_auto_test_suite();
  for (const auto& c : clauses)
    suite.add(boost::unit_test::make_test_case(
        [run = c.run] {
          World world;
          run(world);
        },
        c.name, __FILE__, __LINE__));
  return true;
}

} // namespace bankslip::test
