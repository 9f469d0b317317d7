#include <boost/test/unit_test.hpp>

#include "kafka/impl/assignment.hpp"

using namespace bankslip::kafka::impl;

BOOST_AUTO_TEST_SUITE(assignment_test)

namespace {

std::vector<std::pair<std::int32_t, std::int64_t>> listed(const partitions_ptr& offsets) {
  std::vector<std::pair<std::int32_t, std::int64_t>> out;
  for (int i = 0; i < offsets->cnt; ++i)
    out.emplace_back(offsets->elems[i].partition, offsets->elems[i].offset);
  return out;
}

using offsets = std::vector<std::pair<std::int32_t, std::int64_t>>;

} // namespace

BOOST_AUTO_TEST_CASE(a_record_is_accepted_once_and_only_where_it_is_ours) {
  assignment a{"debts"};
  a.begin(0, 5);
  a.begin(1, -1);
  BOOST_TEST(!a.accept(2, 0));
  BOOST_TEST(!a.accept(0, 4));
  BOOST_TEST(a.accept(0, 5));
  BOOST_TEST(!a.accept(0, 5));
  BOOST_TEST(a.accept(0, 9)); // gaps are usual: compaction, transactions
  BOOST_TEST(a.accept(1, 100));
  BOOST_TEST(!a.accept(1, 99));
  a.clear();
  BOOST_TEST(!a.accept(0, 10));
}

BOOST_AUTO_TEST_CASE(an_end_is_news_where_nothing_below_it_is_left) {
  assignment a{"debts"};
  a.begin(0, 5);
  BOOST_TEST(!a.reach_end(1, 9));
  BOOST_TEST(!a.reach_end(0, 4)); // left over from an assignment that is over
  BOOST_TEST(a.reach_end(0, 7));
  BOOST_TEST(!a.accept(0, 6));
  BOOST_TEST(a.accept(0, 7));
  a.find(0)->stopped = true;
  BOOST_TEST(!a.accept(0, 8));
  BOOST_TEST(!a.reach_end(0, 9));
}

BOOST_AUTO_TEST_CASE(only_what_rose_is_committed) {
  assignment a{"debts"};
  a.begin(0, 5);
  a.begin(1, 7);
  a.begin(2, -1);
  a.accept(2, 40);
  BOOST_TEST(!a.has_uncommitted());
  a.settle(0, 5);
  a.settle(1, 3);
  a.settle(9, 100);
  BOOST_TEST(!a.has_uncommitted());
  a.settle(0, 6);
  a.settle(2, 41);
  a.settle(2, 39);
  BOOST_TEST((listed(a.take_uncommitted()) == offsets{{0, 6}, {2, 41}}));
  BOOST_TEST(!a.has_uncommitted());
  BOOST_TEST(listed(a.take_uncommitted()).empty());
}

BOOST_AUTO_TEST_CASE(a_failed_commit_is_asked_for_again) {
  assignment a{"debts"};
  a.begin(0, 0);
  a.begin(1, 0);
  a.settle(0, 6);
  a.settle(1, 8);
  auto asked = a.take_uncommitted();
  a.settle(1, 9);
  auto newer = a.take_uncommitted();
  BOOST_TEST((listed(newer) == offsets{{1, 9}}));
  a.commit_failed(*asked); // 1 was asked for again meanwhile
  BOOST_TEST((listed(a.take_uncommitted()) == offsets{{0, 6}}));
}

BOOST_AUTO_TEST_CASE(before_partitions_go_everything_unconfirmed_is_committed) {
  assignment a{"debts"};
  a.begin(0, 0);
  a.begin(1, 0);
  a.settle(0, 6);
  auto asked = a.take_uncommitted();
  a.settle(1, 8);
  BOOST_TEST((listed(a.unconfirmed()) == offsets{{0, 6}, {1, 8}}));
  a.commit_done(*asked);
  BOOST_TEST((listed(a.unconfirmed()) == offsets{{1, 8}}));
}

BOOST_AUTO_TEST_SUITE_END()
