#include <limits>

#include <boost/test/unit_test.hpp>

#include "domain/mail_outlook.hpp"

using namespace bankslip;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(mails_end_test)

namespace {

/// A Friday.
const domain::utc_time noon{*domain::parse_date("2026-11-27") + 12h};

std::string end_of(std::int64_t waiting, const domain::mail_speed& speed) {
  const auto end = domain::mails_end(waiting, speed, noon);
  return end ? domain::format_utc(*end).substr(0, 19) : "unknown";
}

} // namespace

BOOST_AUTO_TEST_CASE(what_waits_goes_at_the_rate_of_now) {
  BOOST_TEST(end_of(1'000, {10, 200, "setting", {}, ""}) == "2026-11-27T12:01:40");
  // To ten seconds, and to the minute where it takes an hour.
  BOOST_TEST(end_of(1'001, {10, 0, "none", {}, ""}) == "2026-11-27T12:01:50");
  BOOST_TEST(end_of(36'001, {10, 0, "none", {}, ""}) == "2026-11-27T13:01:00");
}

BOOST_AUTO_TEST_CASE(hours_that_are_closed_are_left_out) {
  const std::string until_13 = "mon-fri 08:00-13:00 UTC";
  BOOST_TEST(end_of(2 * 3'600, {1, 1, "setting", {}, until_13}) == "2026-11-30T09:00:00");
  // Nothing goes now; then as fast as it may.
  BOOST_TEST(end_of(3'600, {0, 2, "schedule", noon, "sat 10:00-11:00 UTC"})
             == "2026-11-28T10:30:00");
}

BOOST_AUTO_TEST_CASE(nobody_knows_where_nothing_goes) {
  BOOST_TEST(end_of(0, {10, 10, "setting", {}, ""}) == "unknown");
  BOOST_TEST(end_of(10, {0, 10, "retry_after", noon, ""}) == "unknown");
  BOOST_TEST(end_of(10, {0, 0, "schedule", noon, ""}) == "unknown");
  BOOST_TEST(end_of(std::numeric_limits<std::int64_t>::max(), {1, 1, "none", {}, ""}) == "unknown");
}

BOOST_AUTO_TEST_SUITE_END()
