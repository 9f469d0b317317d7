#include "domain/boleto/factor.hpp"

#include <utility>

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

using namespace bankslip::domain;

BOOST_AUTO_TEST_SUITE(factor_test)

namespace {

date day(const char* text) {
  auto d = parse_date(text);
  BOOST_REQUIRE(d.has_value());
  return *d;
}

std::string meaning(int factor, const char* today) {
  auto d = due_date(factor, day(today));
  return d ? format_date(*d) : "none";
}

} // namespace

BOOST_AUTO_TEST_CASE(published_dates_have_their_factors) {
  const std::pair<const char*, int> known[] = {
      {"1997-10-08", 1},    {"2000-07-03", 1000}, {"2000-07-04", 1001}, {"2002-05-01", 1667},
      {"2008-02-01", 3769}, {"2010-11-17", 4789}, {"2025-02-21", 9999}, {"2025-02-22", 1000},
      {"2025-02-23", 1001}, {"2025-02-24", 1002}, {"2025-12-01", 1282}, {"2026-09-15", 1570},
      {"2026-12-21", 1667}, {"2035-07-09", 4789}, {"2049-10-13", 9999},
  };
  for (auto [text, factor] : known)
    BOOST_TEST_CONTEXT(text) BOOST_TEST(due_factor(day(text)).value_or(-1) == factor);
}

BOOST_AUTO_TEST_CASE(dates_outside_the_two_cycles_have_no_factor) {
  BOOST_TEST(!due_factor(day("1997-10-07")));
  BOOST_TEST(!due_factor(day("2049-10-14")));
  BOOST_TEST(!due_factor(day("2050-01-01")));
  BOOST_TEST(!parse_date("2025-02-30"));
}

BOOST_AUTO_TEST_CASE(a_factor_gives_every_date_that_it_can_mean) {
  auto both = due_dates(4789);
  BOOST_REQUIRE(both.size() == 2U);
  BOOST_TEST(format_date(both[0]) == "2010-11-17");
  BOOST_TEST(format_date(both[1]) == "2035-07-09");
  BOOST_TEST(format_date(due_dates(1000).at(1)) == "2025-02-22");
  BOOST_TEST(format_date(due_dates(9999).at(1)) == "2049-10-13");
  BOOST_TEST(due_dates(1).size() == 1U);
  BOOST_TEST(format_date(due_dates(999).at(0)) == "2000-07-02");
  BOOST_TEST(due_dates(0).empty());
  BOOST_TEST(due_dates(-1).empty());
  BOOST_TEST(due_dates(10000).empty());
}

BOOST_AUTO_TEST_CASE(every_day_of_both_cycles_is_among_its_factors_dates) {
  for (auto d = first_due_date; d <= last_due_date; d += std::chrono::days{1}) {
    auto factor = due_factor(d);
    BOOST_REQUIRE(factor.has_value());
    auto all = due_dates(*factor);
    BOOST_REQUIRE((std::find(all.begin(), all.end(), d) != all.end()));
    for (auto other : all)
      BOOST_REQUIRE(due_factor(other).value_or(-1) == *factor);
  }
}

BOOST_AUTO_TEST_CASE(the_control_window_chooses_the_likely_date) {
  BOOST_TEST(meaning(5120, "2020-01-01") == "none");
  BOOST_TEST(meaning(5121, "2020-01-01") == "2011-10-15");
  BOOST_TEST(meaning(9999, "2020-01-01") == "2025-02-21");
  BOOST_TEST(meaning(1000, "2020-01-01") == "2025-02-22");
  BOOST_TEST(meaning(4000, "2020-01-01") == "2033-05-11");
  BOOST_TEST(meaning(4621, "2020-01-01") == "2035-01-22");
  BOOST_TEST(meaning(4622, "2020-01-01") == "none");
  BOOST_TEST(meaning(7078, "2050-01-01") == "none");
  BOOST_TEST(meaning(7079, "2050-01-01") == "2041-10-15");
  BOOST_TEST(meaning(1079, "2050-01-01") == "2050-01-01");
  BOOST_TEST(meaning(6579, "2050-01-01") == "2065-01-22");
  BOOST_TEST(meaning(6580, "2050-01-01") == "none");
  BOOST_TEST(meaning(999, "2020-01-01") == "none");
  BOOST_TEST(meaning(0, "2020-01-01") == "none");
  BOOST_TEST(meaning(10000, "2020-01-01") == "none");
}

BOOST_AUTO_TEST_CASE(a_slip_made_today_is_read_today_as_what_was_meant) {
  BOOST_TEST(rc::check([] {
    auto today = date{std::chrono::days{*rc::gen::inRange(12000, 27000)}};
    auto due = today + std::chrono::days{*rc::gen::inRange(-3000, 5501)};
    RC_PRE(due >= date{std::chrono::year{2000} / 7 / 3} && due <= last_due_date);
    RC_ASSERT((due_date(due_factor(due).value(), today) == due));
  }));
}

BOOST_AUTO_TEST_SUITE_END()
