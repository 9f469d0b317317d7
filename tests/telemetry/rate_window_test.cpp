#include "telemetry/impl/rate_window.hpp"

#include <boost/test/unit_test.hpp>

using bankslip::telemetry::rate_window;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(rate_window_test)

namespace {

struct fixture {
  /// Rise a second of a counter that is `total` after `span` more.
  double look(std::chrono::milliseconds span, double total) {
    now += span;
    const auto rise = window.look(now, {total});
    return rise.seconds > 0 ? rise.by[0] / rise.seconds : 0;
  }

  rate_window window;
  rate_window::time_point now{1h};
};

} // namespace

BOOST_FIXTURE_TEST_CASE(a_first_look_has_nothing_to_compare_with, fixture) {
  BOOST_TEST(look(0ms, 5000) == 0);
  BOOST_TEST(look(1s, 5100) == 100);
}

BOOST_FIXTURE_TEST_CASE(what_was_more_than_five_seconds_ago_does_not_count, fixture) {
  look(0ms, 0);
  for (int i = 1; i <= 5; ++i)
    look(1s, 1000 * i);
  for (int i = 0; i < 5; ++i)
    look(1s, 5000);
  BOOST_TEST(look(0ms, 5000) == 0);
}

// Many who come at once must not make the window short.
BOOST_FIXTURE_TEST_CASE(looks_in_quick_turns_change_nothing, fixture) {
  look(0ms, 0);
  for (int i = 1; i <= 1000; ++i)
    look(1ms, i);
  BOOST_TEST(look(0ms, 1000) == 1000);
}

BOOST_FIXTURE_TEST_CASE(after_a_pause_it_begins_anew, fixture) {
  look(0ms, 0);
  look(1s, 1000);
  BOOST_TEST(look(11s, 900'000) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
