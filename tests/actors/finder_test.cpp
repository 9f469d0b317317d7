#include <string>
#include <utility>
#include <vector>

#include "actors/finder.hpp"
#include "tests/actors/stage.hpp"

using namespace bankslip;
using namespace bankslip::test;

namespace {

/// Counts the statements that look for debts.
struct counted final : fake::fault_plan {
  fake::db_fault database(std::string_view what) override {
    finds += what == "find" ? 1 : 0;
    return fake::db_fault::none;
  }
  int finds = 0;
};

struct finder_stage : stage {
  finder_stage() { world.faults = &statements; }

  /// Debts with these ids are asked for at once.
  auto find(std::vector<std::string> ids) {
    if (!finder) {
      options.make_store = [this] { return world.db.debt_store(process); };
      finder = spawn(actors::finder, options);
      run();
    }
    std::vector<std::shared_ptr<answer<debt_found>>> out;
    for (auto& id : ids)
      out.push_back(ask_later<debt_found>(finder, find_debt{std::move(id)}));
    run();
    return out;
  }

  void store(std::string id) {
    const domain::debt debt{std::move(id),   "Maria", "1",
                            "m@example.com", {5},     *domain::parse_date("2026-12-21")};
    BOOST_REQUIRE(world.db.debt_store(process)->create({&debt, 1}, {}));
  }

  counted statements;
  finder_options options;
  finder_actor finder;
};

} // namespace

BOOST_AUTO_TEST_SUITE(finder_test)

BOOST_FIXTURE_TEST_SUITE(the_finder, finder_stage)

BOOST_AUTO_TEST_CASE(debts_that_wait_are_found_by_one_statement) {
  store("a");
  store("b");
  const auto answers = find({"a", "x", "b", "a"});
  BOOST_TEST(statements.finds == 1);
  BOOST_TEST(answers[0]->value->stored.content.debt_id == "a");
  BOOST_TEST(answers[1]->code() == errc::not_found);
  BOOST_TEST(answers[2]->value->stored.content.debt_id == "b");
  BOOST_TEST(answers[3]->value->stored.content.debt_id == "a");
}

BOOST_AUTO_TEST_CASE(one_that_comes_alone_waits_for_no_other) {
  store("a");
  BOOST_TEST(find({"a"})[0]->value.has_value());
  BOOST_TEST(find({"a"})[0]->value.has_value());
  BOOST_TEST(statements.finds == 2);
}

BOOST_AUTO_TEST_CASE(a_group_of_debts_to_find_is_no_larger_than_it_may_be) {
  options.max_group = 2;
  for (const auto& found : find({"a", "b", "c", "d", "e"}))
    BOOST_TEST(found->code() == errc::not_found);
  BOOST_TEST(statements.finds == 3);
}

BOOST_AUTO_TEST_CASE(a_database_that_is_away_is_told_to_all_who_wait) {
  world.db.away = true;
  for (const auto& found : find({"a", "b"}))
    BOOST_TEST(found->code() == errc::database_unavailable);
  BOOST_TEST(!options.seen->why_away(domain::dependency_kind::database).empty());
  world.db.away = false;
  store("a");
  BOOST_TEST(find({"a"})[0]->value.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
