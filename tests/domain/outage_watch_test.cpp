#include <boost/test/unit_test.hpp>

#include "domain/error.hpp"
#include "domain/outage_watch.hpp"

using namespace bankslip;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(outage_watch_test)

namespace {

struct fixture {
  domain::outage_watch::positions group{{0, 5}, {1, 5}};
  bool brokers_answer = true;
  domain::outage_watch watch{[this]() -> caf::expected<domain::outage_watch::positions> {
                               if (!brokers_answer)
                                 return domain::make_error(domain::errc::broker_unavailable, "");
                               return group;
                             },
                             30s};
  domain::outage_watch::time_point now{};

  /// The member owns partition 0. Looks each second.
  bool leaves_within(std::chrono::seconds span, bool is_away = true) {
    for (auto end = now + span; now < end; now += 1s)
      if (watch.must_leave(now, is_away, [](auto partition) { return partition == 0; }))
        return true;
    return false;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(outages, fixture)

BOOST_AUTO_TEST_CASE(whoever_lost_the_database_leaves_when_others_get_on) {
  BOOST_TEST(!leaves_within(40s));
  group[1] = 6;
  BOOST_TEST(leaves_within(6s));
}

BOOST_AUTO_TEST_CASE(nobody_leaves_for_an_outage_of_all_or_a_short_one) {
  group[0] = 9;
  BOOST_TEST(!leaves_within(600s));
  BOOST_TEST(!leaves_within(1s, false));
  BOOST_TEST(!leaves_within(29s));
  group[1] = 6;
  BOOST_TEST(!leaves_within(1s, false));
  // What was committed before or between two outages says nothing of this one.
  BOOST_TEST(!leaves_within(600s));
}

BOOST_AUTO_TEST_CASE(whoever_settles_has_a_database) {
  BOOST_TEST(!leaves_within(29s));
  watch.got_on();
  group[1] = 6;
  BOOST_TEST(!leaves_within(30s));
}

BOOST_AUTO_TEST_CASE(whoever_cannot_ask_the_brokers_stays) {
  brokers_answer = false;
  BOOST_TEST(!leaves_within(60s));
  domain::outage_watch without{{}, 0s};
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(!without.must_leave(now += 10s, true, [](auto) { return false; }));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
