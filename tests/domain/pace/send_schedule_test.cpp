#include "domain/pace/send_schedule.hpp"

#include <boost/test/unit_test.hpp>

#include "domain/error.hpp"

using namespace bankslip;
using namespace std::chrono_literals;

namespace {

domain::send_schedule schedule_of(std::string_view text) {
  auto s = domain::send_schedule::parse(text);
  BOOST_REQUIRE(s);
  return *s;
}

domain::utc_time utc(std::string_view day, std::chrono::minutes time) {
  return domain::utc_time{*domain::parse_date(day) + time};
}

/// When it is open next, as text.
std::string next(const domain::send_schedule& s, std::string_view day, std::chrono::minutes time) {
  return domain::format_utc(s.next_open(utc(day, time))).substr(0, 16);
}

} // namespace

BOOST_AUTO_TEST_SUITE(send_schedule_test)

// 2026-11-27 is a Friday; Brazil is three hours behind UTC all the year.
BOOST_AUTO_TEST_CASE(it_is_open_from_begin_to_end_on_the_zones_clock) {
  auto s = schedule_of("mon-fri 08:00-20:00 America/Sao_Paulo");
  BOOST_TEST(next(s, "2026-11-27", 10h + 59min) == "2026-11-27T11:00");
  BOOST_TEST(next(s, "2026-11-27", 11h) == "2026-11-27T11:00");
  BOOST_TEST(next(s, "2026-11-27", 22h + 59min) == "2026-11-27T22:59");
  // The end is the first moment that is closed; then comes Monday.
  BOOST_TEST(next(s, "2026-11-27", 23h) == "2026-11-30T11:00");
  BOOST_TEST(next(s, "2026-11-28", 15h) == "2026-11-30T11:00");
}

BOOST_AUTO_TEST_CASE(without_windows_it_is_always_open) {
  for (auto* text : {"", "  ", ";", " ; "}) {
    auto s = schedule_of(text);
    BOOST_TEST(next(s, "2026-11-28", 3h) == "2026-11-28T03:00");
  }
}

BOOST_AUTO_TEST_CASE(windows_add_up_and_take_the_zone_of_the_one_before) {
  auto s = schedule_of("Mon-Fri 08:00-20:00 Europe/Lisbon; sat 09:00-12:30;");
  BOOST_TEST(next(s, "2026-11-27", 20h) == "2026-11-28T09:00");
  BOOST_TEST(next(s, "2026-11-28", 12h + 29min) == "2026-11-28T12:29");
  BOOST_TEST(next(s, "2026-11-28", 12h + 30min) == "2026-11-30T08:00");
}

BOOST_AUTO_TEST_CASE(the_first_window_without_a_zone_is_brazils) {
  BOOST_TEST(next(schedule_of("daily 08:00-20:00"), "2026-11-28", 1h) == "2026-11-28T11:00");
}

BOOST_AUTO_TEST_CASE(lists_and_ranges_of_days_may_go_over_the_end_of_the_week) {
  auto s = schedule_of("sat-mon,wed 10:00-11:00 UTC");
  BOOST_TEST(next(s, "2026-11-27", 0h) == "2026-11-28T10:00");
  BOOST_TEST(next(s, "2026-11-28", 11h) == "2026-11-29T10:00");
  BOOST_TEST(next(s, "2026-11-29", 11h) == "2026-11-30T10:00");
  BOOST_TEST(next(s, "2026-11-30", 11h) == "2026-12-02T10:00");
}

BOOST_AUTO_TEST_CASE(a_window_may_end_on_the_next_day) {
  auto s = schedule_of("fri 22:00-06:00 UTC");
  BOOST_TEST(next(s, "2026-11-28", 5h + 59min) == "2026-11-28T05:59");
  BOOST_TEST(next(s, "2026-11-28", 6h) == "2026-12-04T22:00");
  auto all = schedule_of("daily 00:00-24:00 UTC");
  BOOST_TEST(next(all, "2026-11-28", 23h + 59min) == "2026-11-28T23:59");
  BOOST_TEST(next(schedule_of("daily 08:00-08:00 UTC"), "2026-11-28", 7h) == "2026-11-28T07:00");
}

// Berlin's clocks went from 02:00 to 03:00 on 2026-03-29, and from 03:00 to 02:00 on
// 2026-10-25.
BOOST_AUTO_TEST_CASE(summer_time_moves_it) {
  auto s = schedule_of("daily 08:00-20:00 Europe/Berlin");
  BOOST_TEST(next(s, "2026-03-28", 0h) == "2026-03-28T07:00");
  BOOST_TEST(next(s, "2026-03-29", 0h) == "2026-03-29T06:00");
  BOOST_TEST(next(s, "2026-10-25", 0h) == "2026-10-25T07:00");
}

BOOST_AUTO_TEST_CASE(a_time_that_the_clocks_leave_out_is_the_moment_of_the_change) {
  auto s = schedule_of("daily 02:30-04:00 Europe/Berlin");
  BOOST_TEST(next(s, "2026-03-29", 0h) == "2026-03-29T01:00");
  BOOST_TEST(next(s, "2026-03-29", 2h) == "2026-03-30T00:30");
  // A window that lies in the hour left out is not there on that day.
  auto none = schedule_of("daily 02:15-02:45 Europe/Berlin");
  BOOST_TEST(next(none, "2026-03-29", 0h + 50min) == "2026-03-30T00:15");
}

BOOST_AUTO_TEST_CASE(of_a_time_that_the_clocks_show_twice_the_first_counts) {
  auto s = schedule_of("daily 02:30-08:00 Europe/Berlin");
  BOOST_TEST(next(s, "2026-10-25", 0h) == "2026-10-25T00:30");
  auto ends = schedule_of("daily 01:00-02:30 Europe/Berlin");
  BOOST_TEST(next(ends, "2026-10-25", 0h + 29min) == "2026-10-25T00:29");
  BOOST_TEST(next(ends, "2026-10-25", 0h + 30min) == "2026-10-26T00:00");
}

BOOST_AUTO_TEST_CASE(zones_keep_their_summer_time_after_2037) {
  auto s = schedule_of("daily 08:00-20:00 Europe/Berlin");
  BOOST_TEST(next(s, "2045-07-01", 0h) == "2045-07-01T06:00");
}

BOOST_AUTO_TEST_CASE(open_hours_add_up_over_closed_ones) {
  auto s = schedule_of("mon-fri 08:00-20:00 UTC");
  auto after = [&](std::string_view day, std::chrono::minutes time, std::chrono::seconds span) {
    auto end = s.after(utc(day, time), span);
    return end ? domain::format_utc(*end).substr(0, 19) : std::string{"never"};
  };
  BOOST_TEST(after("2026-11-27", 9h, 90s) == "2026-11-27T09:01:30");
  BOOST_TEST(after("2026-11-27", 9h, 11h) == "2026-11-27T20:00:00");
  // Friday's last hour, then Monday's first.
  BOOST_TEST(after("2026-11-27", 19h, 2h) == "2026-11-30T09:00:00");
  BOOST_TEST(after("2026-11-28", 3h, 0s) == "2026-11-30T08:00:00");
  BOOST_TEST(after("2026-11-27", 9h, 60h) == "2026-12-04T09:00:00");
  BOOST_TEST(after("2026-11-27", 9h, 24h * 1000) == "never");
  auto parts = schedule_of("daily 08:00-10:00 UTC; daily 10:00-12:00 UTC");
  BOOST_TEST((*parts.after(utc("2026-11-27", 9h), 2h) == utc("2026-11-27", 11h)));
  BOOST_TEST((*domain::send_schedule{}.after(utc("2026-11-27", 9h), 24h * 1000)
              == utc("2026-11-27", 9h) + 24h * 1000));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said) {
  auto fault = [](std::string_view text) {
    auto s = domain::send_schedule::parse(text);
    return s ? std::string{"none"} : domain::text_of(s.error());
  };
  auto says = [&](std::string_view text, std::string_view part) {
    auto f = fault(text);
    BOOST_TEST(f.find(part) != std::string::npos, text << ": " << f);
  };
  for (auto* zone : {"America/Sao_Paolo", "../../etc/passwd", "/etc/localtime", "BRT", "-03:00"})
    says("mon-fri 08:00-20:00 " + std::string{zone}, "unknown time zone " + std::string{zone});
  for (auto* text :
       {"mon-fri", "08:00-20:00", "mon-fri 8:00-20:00", "mon-fri 08:00-24:01",
        "mon-fri 24:00-08:00", "mon-fri 08:00", "mon-fri 08:00-20:60", "funday 08:00-20:00",
        "mon- 08:00-20:00", "mon-fri 08:00-20:00 UTC now", ", 08:00-20:00"})
    says(text, "must be days, hours and a time zone");
  says("daily 08:00-20:00 UTC; whenever", "\"whenever\"");
}

BOOST_AUTO_TEST_SUITE_END()
