#include <boost/test/unit_test.hpp>

#include <chrono>

#include <rapidcheck.h>

#include "domain/time.hpp"

using namespace bankslip::domain;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(time_test)

BOOST_AUTO_TEST_CASE(a_day_is_read_as_year_month_day) {
  date expected = std::chrono::year{2026} / 2 / 28;
  BOOST_TEST((parse_date("2026-02-28") == expected));
  BOOST_TEST((parse_date("2024-02-29").has_value()));
}

BOOST_AUTO_TEST_CASE(days_that_do_not_exist_are_no_dates) {
  for (auto text : {"2026-02-29", "1900-02-29", "2026-04-31", "2026-00-10", "2026-13-01",
                    "2026-01-00", "2026-01-32"})
    BOOST_TEST(!parse_date(text), text);
}

BOOST_AUTO_TEST_CASE(other_forms_are_no_dates) {
  for (auto text : {"", "2026-2-28", "28-02-2026", "2026/02/28", "2026-02-28 ", " 2026-02-28",
                    "2026-02-28T00:00:00Z", "20260228", "+026-02-28", "2026-0a-28", "2026-02-2:"})
    BOOST_TEST(!parse_date(text), text);
}

BOOST_AUTO_TEST_CASE(every_day_written_is_read_back) {
  bool held = rc::check("text and day", [] {
    auto first = date{std::chrono::year{0} / 1 / 1};
    auto last = date{std::chrono::year{9999} / 12 / 31};
    auto days = *rc::gen::inRange((first - date{}).count(), (last - date{}).count() + 1);
    auto day = date{} + std::chrono::days{days};
    auto text = format_date(day);
    RC_ASSERT(text.size() == 10u);
    RC_ASSERT(parse_date(text) == day);
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_CASE(a_moment_is_written_in_utc_with_microseconds) {
  utc_time t = date{std::chrono::year{2026} / 1 / 31} + 12h + 34min + 56s + 123'456us;
  BOOST_TEST(format_utc(t) == "2026-01-31T12:34:56.123456Z");
  BOOST_TEST(format_utc(utc_time{}) == "1970-01-01T00:00:00.000000Z");
  BOOST_TEST(format_utc(utc_time{-1us}) == "1969-12-31T23:59:59.999999Z");
}

BOOST_AUTO_TEST_CASE(the_machines_clock_runs_and_sleeps) {
  const auto& clock = system_clock();
  auto before = clock.steady_now();
  clock.sleep_for(5ms);
  BOOST_TEST((clock.steady_now() - before >= 5ms));
  auto wall = std::chrono::system_clock::now();
  auto distance = std::chrono::abs(clock.utc_now() - wall);
  BOOST_TEST((distance < 60s));
}

BOOST_AUTO_TEST_SUITE_END()
