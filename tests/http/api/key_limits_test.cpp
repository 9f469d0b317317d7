#include <boost/test/unit_test.hpp>

#include "http/api/key_limits.hpp"

using namespace bankslip;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(key_limits_test)

namespace {

const domain::utc_time noon = std::chrono::sys_days{std::chrono::year{2026} / 3 / 10} + 15h;
const auto day = domain::brazilian_day(noon);

} // namespace

BOOST_AUTO_TEST_CASE(a_bucket_holds_one_second_and_fills_evenly) {
  http::key_limits limits;
  const std::chrono::steady_clock::time_point start{1h};
  for (int left = 3; left >= 0; --left) {
    const auto a = limits.take_request(4, start);
    BOOST_TEST(a.allowed);
    BOOST_TEST(a.remaining == left);
  }
  BOOST_TEST(!limits.take_request(4, start + 200ms).allowed);
  BOOST_TEST(limits.take_request(4, start + 251ms).allowed);
  BOOST_TEST(!limits.take_request(4, start + 252ms).allowed);
  BOOST_TEST(limits.take_request(4, start + 1h).remaining == 3);
  BOOST_TEST(limits.take_request(0, start).limit == 0);
}

BOOST_AUTO_TEST_CASE(rows_count_whether_stored_or_not) {
  http::key_limits limits;
  limits.add_rows(day, 5);
  BOOST_TEST(limits.rows_left(10, noon).remaining == 5);
  BOOST_TEST(limits.take_unstored(day) == 5);
  limits.add_rows(day, 2);
  BOOST_TEST(limits.rows_left(10, noon).remaining == 3);
  // Others brought 1.
  limits.stored(day, 6);
  BOOST_TEST(limits.rows_left(10, noon).remaining == 2);
  BOOST_TEST(limits.take_unstored(day) == 2);
  limits.not_stored();
  BOOST_TEST(limits.rows_left(10, noon).remaining == 2);
  BOOST_TEST(limits.take_unstored(day) == 2);
  limits.stored(day, 10);
  BOOST_TEST(!limits.rows_left(10, noon).allowed);
  BOOST_TEST(limits.rows_left(0, noon).limit == 0);
}

BOOST_AUTO_TEST_CASE(a_day_ends_at_brazilian_midnight) {
  http::key_limits limits;
  limits.add_rows(day, 10);
  limits.take_unstored(day);
  limits.stored(day, 10);
  BOOST_TEST(limits.knows(day));
  const auto refused = limits.rows_left(10, noon);
  BOOST_TEST(!refused.allowed);
  BOOST_TEST((refused.reset == 12h));
  BOOST_TEST(limits.rows_left(10, noon + 12h).allowed);
  BOOST_TEST((limits.rows_left(10, noon + 12h - 1us).reset == 1s));
  limits.add_rows(day + std::chrono::days{1}, 0);
  BOOST_TEST(!limits.knows(day));
}

BOOST_AUTO_TEST_SUITE_END()
