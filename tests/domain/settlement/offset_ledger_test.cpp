#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include <rapidcheck.h>

#include "domain/settlement/offset_ledger.hpp"

using bankslip::domain::offset_ledger;

BOOST_AUTO_TEST_SUITE(offset_ledger_test)

namespace {

using range = std::pair<std::int64_t, std::int64_t>;

/// The rule itself: everything begun below the offset is settled. A gap that was
/// passed is a range without records, settled from the beginning.
struct model {
  std::vector<range> begun;
  std::set<range> settled;

  std::int64_t committable() const {
    std::int64_t next = -1;
    for (const auto& r : begun) {
      if (!settled.contains(r))
        break;
      next = r.second + 1;
    }
    return next;
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(a_range_that_is_settled_in_part_may_be_begun_again_behind_it) {
  offset_ledger l;
  l.begin(10, 19);
  BOOST_CHECK_THROW(l.settle_part(10, 19, 20), std::logic_error);
  l.settle_part(10, 19, 14);
  BOOST_TEST(l.committable() == 15);
  BOOST_TEST(l.open() == 0u);
  l.begin(15, 19);
  l.settle(15, 19);
  BOOST_TEST(l.committable() == 20);
}

BOOST_AUTO_TEST_CASE(nothing_is_committable_before_the_first_range_is_settled) {
  offset_ledger ledger;
  BOOST_TEST(ledger.committable() == -1);
  ledger.begin(5, 9);
  BOOST_TEST(ledger.committable() == -1);
  ledger.settle(5, 9);
  BOOST_TEST(ledger.committable() == 10);
}

BOOST_AUTO_TEST_CASE(a_range_settled_early_waits_for_those_before_it) {
  offset_ledger ledger;
  ledger.begin(0, 4);
  ledger.begin(5, 9);
  ledger.begin(10, 10);
  ledger.settle(10, 10);
  ledger.settle(5, 9);
  BOOST_TEST(ledger.committable() == -1);
  BOOST_TEST(ledger.open() == 1);
  ledger.settle(0, 4);
  BOOST_TEST(ledger.committable() == 11);
  BOOST_TEST(ledger.open() == 0);
}

BOOST_AUTO_TEST_CASE(gaps_between_ranges_do_not_hold_the_offset_back) {
  offset_ledger ledger;
  ledger.begin(3, 7);
  ledger.begin(100, 140);
  ledger.settle(3, 7);
  BOOST_TEST(ledger.committable() == 8);
  ledger.settle(100, 140);
  BOOST_TEST(ledger.committable() == 141);
}

BOOST_AUTO_TEST_CASE(a_gap_behind_the_last_record_is_committed_once_that_is_settled) {
  offset_ledger ledger;
  ledger.begin(0, 0);
  ledger.pass(2);
  BOOST_TEST(ledger.committable() == -1);
  ledger.settle(0, 0);
  BOOST_TEST(ledger.committable() == 2);
  ledger.pass(5);
  BOOST_TEST(ledger.committable() == 5);
  ledger.pass(3);
  BOOST_TEST(ledger.committable() == 5);
  BOOST_CHECK_THROW(ledger.begin(4, 4), std::logic_error);
}

BOOST_AUTO_TEST_CASE(a_partition_that_shows_no_record_is_committed_to_its_end) {
  offset_ledger ledger;
  ledger.pass(0);
  BOOST_TEST(ledger.committable() == 0);
  ledger.pass(7);
  BOOST_TEST(ledger.committable() == 7);
}

BOOST_AUTO_TEST_CASE(a_gap_behind_what_was_settled_in_part_is_not_passed) {
  offset_ledger ledger;
  ledger.begin(10, 19);
  ledger.pass(30);
  ledger.settle_part(10, 19, 14);
  BOOST_TEST(ledger.committable() == 15);
  ledger.pass(31);
  BOOST_TEST(ledger.committable() == 15);
  ledger.begin(15, 19);
  ledger.pass(31);
  BOOST_TEST(ledger.committable() == 15);
  ledger.settle(15, 19);
  BOOST_TEST(ledger.committable() == 31);
}

BOOST_AUTO_TEST_CASE(broken_rules_are_errors) {
  offset_ledger ledger{2};
  BOOST_CHECK_THROW(ledger.begin(-1, 3), std::logic_error);
  BOOST_CHECK_THROW(ledger.begin(4, 3), std::logic_error);
  ledger.begin(0, 4);
  BOOST_CHECK_THROW(ledger.begin(4, 6), std::logic_error);
  BOOST_CHECK_THROW(ledger.settle(0, 3), std::logic_error);
  BOOST_CHECK_THROW(ledger.settle(1, 4), std::logic_error);
  ledger.begin(5, 6);
  BOOST_TEST(ledger.full());
  BOOST_CHECK_THROW(ledger.begin(7, 8), std::logic_error);
  ledger.settle(5, 6);
  BOOST_CHECK_THROW(ledger.settle(5, 6), std::logic_error);
  ledger.settle(0, 4);
  BOOST_CHECK_THROW(ledger.settle(0, 4), std::logic_error);
  BOOST_TEST(ledger.committable() == 7);
  BOOST_TEST(!ledger.full());
}

BOOST_AUTO_TEST_CASE(any_order_of_events_gives_what_the_rule_says) {
  bool held = rc::check("ledger and model", [] {
    offset_ledger ledger;
    model rule;
    std::vector<range> open;
    std::int64_t next = *rc::gen::inRange<std::int64_t>(0, 1000);
    auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1'000'000));
    for (auto step : steps) {
      auto last = ledger.committable();
      if (step % 5 == 0) {
        range gap{next, next + step / 5 % 4};
        ledger.pass(gap.second + 1);
        rule.begun.push_back(gap);
        rule.settled.insert(gap);
        next = gap.second + 1;
      } else if (step % 2 == 0 || open.empty()) {
        auto first = next + step % 7 / 4;
        range r{first, first + step % 5};
        ledger.begin(r.first, r.second);
        rule.begun.push_back(r);
        open.push_back(r);
        next = r.second + 1;
      } else {
        auto i = open.begin() + step / 2 % static_cast<int>(open.size());
        ledger.settle(i->first, i->second);
        rule.settled.insert(*i);
        open.erase(i);
      }
      RC_ASSERT(ledger.committable() == rule.committable());
      RC_ASSERT(ledger.committable() >= last);
      RC_ASSERT(ledger.open() == open.size());
    }
    for (const auto& r : open)
      ledger.settle(r.first, r.second);
    RC_ASSERT(rule.begun.empty() || ledger.committable() == next);
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_SUITE_END()
