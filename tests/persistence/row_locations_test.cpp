#include <boost/test/unit_test.hpp>

#include <string>

#include "persistence/impl/row_locations.hpp"

using namespace bankslip::persistence;

namespace {

using noted = std::vector<std::pair<std::string_view, place>>;

place place_of(const row_places& p, std::string_view id) {
  const std::string_view ids[] = {id};
  return p.look_up(ids).places.front();
}

std::vector<place> rows_in_piece(std::uint32_t piece, int rows) {
  std::vector<place> out;
  for (int i = 0; i < rows; ++i)
    out.push_back({piece * piece_pages + static_cast<std::uint32_t>(i) % piece_pages, 1});
  return out;
}

void note_all(row_places& p, const std::vector<std::uint32_t>& pieces) {
  for (auto piece : pieces)
    p.note(piece, noted{{"some row", {piece * piece_pages, 1}}});
}

void check_pieces(const std::vector<std::uint32_t>& pieces,
                  const std::vector<std::uint32_t>& wanted) {
  BOOST_TEST(pieces == wanted, boost::test_tools::per_element());
}

std::uint64_t now(const row_places& p) { return p.look_up({}).asked_at; }

} // namespace

BOOST_AUTO_TEST_SUITE(row_locations_test)

BOOST_AUTO_TEST_CASE(a_place_is_known_once_it_was_noted) {
  row_places p;
  p.note(0, noted{{"a", {7, 3}}, {"b", {0, 1}}});
  BOOST_TEST((place_of(p, "a") == place{7, 3}));
  BOOST_TEST((place_of(p, "b") == place{0, 1}));
  BOOST_TEST(!place_of(p, "c"));
}

BOOST_AUTO_TEST_CASE(a_row_that_moved_has_its_new_place) {
  row_places p;
  p.note(0, noted{{"a", {7, 3}}});
  p.note(0, noted{{"a", {9, 1}}});
  BOOST_TEST((place_of(p, "a") == place{9, 1}));
}

BOOST_AUTO_TEST_CASE(the_latest_rows_push_out_the_first) {
  row_places p;
  constexpr std::uint32_t rows = 2'000'000;
  for (std::uint32_t i = 0; i < rows; ++i) {
    auto id = std::to_string(i);
    p.note(0, noted{{id, {i, 1}}});
  }
  auto known_of = [&](std::uint32_t from, std::uint32_t to) {
    int known = 0;
    for (auto i = from; i < to; ++i)
      if (auto at = place_of(p, std::to_string(i))) {
        ++known;
        BOOST_REQUIRE((at == place{i, 1}));
      }
    return known;
  };
  BOOST_TEST(known_of(0, 200'000) < 2'000);
  BOOST_TEST(known_of(rows - 200'000, rows) > 196'000);
}

BOOST_AUTO_TEST_CASE(pages_are_read_where_a_batch_found_many_rows) {
  row_places p;
  BOOST_TEST(p.pieces_to_read(rows_in_piece(5, 159), now(p)).empty());
  check_pieces(p.pieces_to_read(rows_in_piece(5, 160), now(p)),
               {5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17});
}

BOOST_AUTO_TEST_CASE(rows_all_over_the_table_are_not_worth_its_reading) {
  row_places p;
  std::vector<place> found;
  for (std::uint32_t i = 0; i < 15'000; ++i)
    found.push_back({i * 4, 1});
  BOOST_TEST(p.pieces_to_read(found, now(p)).empty());
}

BOOST_AUTO_TEST_CASE(what_another_reads_is_not_read_again) {
  row_places p;
  p.pieces_to_read(rows_in_piece(5, 200), now(p));
  BOOST_TEST(p.pieces_to_read(rows_in_piece(5, 200), now(p)).empty());
}

BOOST_AUTO_TEST_CASE(what_another_noted_after_the_question_is_not_read_again) {
  row_places p;
  auto both_asked_at = now(p);
  note_all(p, p.pieces_to_read(rows_in_piece(5, 200), both_asked_at));
  BOOST_TEST(p.pieces_to_read(rows_in_piece(5, 200), both_asked_at).empty());
}

BOOST_AUTO_TEST_CASE(pages_whose_rows_have_no_place_any_more_are_read_again) {
  row_places p;
  note_all(p, p.pieces_to_read(rows_in_piece(5, 200), now(p)));
  check_pieces(p.pieces_to_read(rows_in_piece(5, 200), now(p)), {5});
}

BOOST_AUTO_TEST_CASE(only_pages_that_are_not_known_are_read_ahead) {
  row_places p;
  note_all(p, p.pieces_to_read(rows_in_piece(5, 200), now(p)));
  check_pieces(p.pieces_to_read(rows_in_piece(7, 200), now(p)), {7, 18, 19});
}

BOOST_AUTO_TEST_CASE(pages_that_were_given_up_are_free_for_others) {
  row_places p;
  auto both_asked_at = now(p);
  for (auto piece : p.pieces_to_read(rows_in_piece(5, 200), both_asked_at))
    p.give_up(piece);
  BOOST_TEST(p.pieces_to_read(rows_in_piece(5, 200), both_asked_at).size() == 13u);
}

BOOST_AUTO_TEST_CASE(pages_without_rows_may_have_some_later) {
  row_places p;
  for (auto piece : p.pieces_to_read(rows_in_piece(5, 200), now(p)))
    p.note(piece, {});
  BOOST_TEST(p.pieces_to_read(rows_in_piece(5, 200), now(p)).size() == 13u);
}

BOOST_AUTO_TEST_SUITE_END()
