#include <boost/test/unit_test.hpp>

#include <string>

#include "persistence/impl/row_locations.hpp"

using namespace bankslip::persistence;

BOOST_AUTO_TEST_SUITE(row_locations_test)

namespace {

using noted = std::vector<std::pair<std::string_view, row_location>>;

row_location location_of(const row_locations& p, std::string_view id) {
  const std::string_view ids[] = {id};
  return p.look_up(ids).locations.front();
}

std::vector<row_location> rows_in_range(std::uint32_t range, int rows) {
  std::vector<row_location> out;
  for (int i = 0; i < rows; ++i)
    out.push_back({range * range_pages + static_cast<std::uint32_t>(i) % range_pages, 1});
  return out;
}

void note_all(row_locations& p, const std::vector<std::uint32_t>& ranges) {
  for (auto range : ranges)
    p.note(range, noted{{"some row", {range * range_pages, 1}}});
}

void check_ranges(const std::vector<std::uint32_t>& ranges,
                  const std::vector<std::uint32_t>& wanted) {
  BOOST_TEST(ranges == wanted, boost::test_tools::per_element());
}

std::uint64_t now(const row_locations& p) { return p.look_up({}).asked_at; }

} // namespace

BOOST_AUTO_TEST_CASE(a_location_is_known_once_it_was_noted) {
  row_locations p;
  p.note(0, noted{{"a", {7, 3}}, {"b", {0, 1}}});
  BOOST_TEST((location_of(p, "a") == row_location{7, 3}));
  BOOST_TEST((location_of(p, "b") == row_location{0, 1}));
  BOOST_TEST(!location_of(p, "c"));
}

BOOST_AUTO_TEST_CASE(a_row_that_moved_has_its_new_location) {
  row_locations p;
  p.note(0, noted{{"a", {7, 3}}});
  p.note(0, noted{{"a", {9, 1}}});
  BOOST_TEST((location_of(p, "a") == row_location{9, 1}));
}

BOOST_AUTO_TEST_CASE(the_latest_rows_push_out_the_first) {
  row_locations p;
  constexpr std::uint32_t rows = 2'000'000;
  for (std::uint32_t i = 0; i < rows; ++i) {
    auto id = std::to_string(i);
    p.note(0, noted{{id, {i, 1}}});
  }
  auto known_of = [&](std::uint32_t from, std::uint32_t to) {
    int known = 0;
    for (auto i = from; i < to; ++i)
      if (auto at = location_of(p, std::to_string(i))) {
        ++known;
        BOOST_REQUIRE((at == row_location{i, 1}));
      }
    return known;
  };
  BOOST_TEST(known_of(0, 200'000) < 2'000);
  BOOST_TEST(known_of(rows - 200'000, rows) > 196'000);
}

BOOST_AUTO_TEST_CASE(pages_are_read_where_a_batch_found_many_rows) {
  row_locations p;
  BOOST_TEST(p.ranges_to_read(rows_in_range(5, 159), now(p)).empty());
  check_ranges(p.ranges_to_read(rows_in_range(5, 160), now(p)),
               {5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17});
}

BOOST_AUTO_TEST_CASE(rows_all_over_the_table_are_not_worth_its_reading) {
  row_locations p;
  std::vector<row_location> found;
  for (std::uint32_t i = 0; i < 15'000; ++i)
    found.push_back({i * 4, 1});
  BOOST_TEST(p.ranges_to_read(found, now(p)).empty());
}

BOOST_AUTO_TEST_CASE(what_another_reads_is_not_read_again) {
  row_locations p;
  p.ranges_to_read(rows_in_range(5, 200), now(p));
  BOOST_TEST(p.ranges_to_read(rows_in_range(5, 200), now(p)).empty());
}

BOOST_AUTO_TEST_CASE(what_another_noted_after_the_question_is_not_read_again) {
  row_locations p;
  auto both_asked_at = now(p);
  note_all(p, p.ranges_to_read(rows_in_range(5, 200), both_asked_at));
  BOOST_TEST(p.ranges_to_read(rows_in_range(5, 200), both_asked_at).empty());
}

BOOST_AUTO_TEST_CASE(pages_whose_rows_have_no_location_any_more_are_read_again) {
  row_locations p;
  note_all(p, p.ranges_to_read(rows_in_range(5, 200), now(p)));
  check_ranges(p.ranges_to_read(rows_in_range(5, 200), now(p)), {5});
}

BOOST_AUTO_TEST_CASE(only_pages_that_are_not_known_are_read_ahead) {
  row_locations p;
  note_all(p, p.ranges_to_read(rows_in_range(5, 200), now(p)));
  check_ranges(p.ranges_to_read(rows_in_range(7, 200), now(p)), {7, 18, 19});
}

BOOST_AUTO_TEST_CASE(pages_that_were_given_up_are_free_for_others) {
  row_locations p;
  auto both_asked_at = now(p);
  for (auto range : p.ranges_to_read(rows_in_range(5, 200), both_asked_at))
    p.give_up(range);
  BOOST_TEST(p.ranges_to_read(rows_in_range(5, 200), both_asked_at).size() == 13u);
}

BOOST_AUTO_TEST_CASE(pages_without_rows_may_have_some_later) {
  row_locations p;
  for (auto range : p.ranges_to_read(rows_in_range(5, 200), now(p)))
    p.note(range, {});
  BOOST_TEST(p.ranges_to_read(rows_in_range(5, 200), now(p)).size() == 13u);
}

BOOST_AUTO_TEST_SUITE_END()
