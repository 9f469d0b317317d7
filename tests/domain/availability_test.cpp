#include "domain/availability.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace bankslip::domain;

BOOST_AUTO_TEST_SUITE(availability_test)

namespace {

using reasons = std::vector<std::string>;
using kind = dependency_kind;

} // namespace

BOOST_AUTO_TEST_CASE(a_process_is_ready_until_a_dependency_is_away) {
  availability seen;
  BOOST_TEST(seen.unready_reasons() == reasons{});
  seen.is_away({kind::database}, "connection refused");
  seen.is_away({kind::broker}, "");
  BOOST_TEST(seen.unready_reasons() == (reasons{"kafka: away", "postgresql: connection refused"}));
  seen.is_away({kind::database}, "still starting");
  BOOST_TEST(seen.why_away(kind::database) == "still starting");
  seen.is_there({kind::broker});
  seen.report({kind::database}, "");
  BOOST_TEST(seen.why_away(kind::database) == "");
  BOOST_TEST(seen.unready_reasons() == reasons{});
}

BOOST_AUTO_TEST_CASE(a_stopping_process_is_not_ready_and_says_so_first) {
  availability seen;
  seen.is_away({kind::topics}, "being prepared");
  seen.stop();
  BOOST_TEST(seen.unready_reasons()
             == (reasons{"the process is stopping", "kafka topics: being prepared"}));
}

BOOST_AUTO_TEST_CASE(lanes_are_away_one_by_one) {
  availability seen;
  seen.is_away({kind::lane, 3}, "deadlock");
  seen.is_away({kind::lane, 12}, "lock timeout");
  seen.is_away({kind::records, 3}, "lost");
  BOOST_TEST(seen.unready_reasons()
             == (reasons{"lane 3: deadlock", "lane 12: lock timeout", "records 3: lost"}));
  seen.is_there({kind::lane, 3});
  BOOST_TEST(seen.why_away(kind::lane) == "lock timeout");
  seen.is_there({kind::lane, 12});
  BOOST_TEST(seen.why_away(kind::lane) == "");
  BOOST_TEST(seen.why_away(kind::records) == "lost");
}

BOOST_AUTO_TEST_CASE(the_observer_is_told_of_changes_only_and_how_many_are_away) {
  reasons told;
  availability seen{[&](const availability_change& c) {
    told.push_back(to_string(c.what) + "=" + std::string{c.reason} + " " + std::to_string(c.away));
  }};
  seen.is_there({kind::broker});
  seen.is_away({kind::lane, 1}, "a");
  seen.is_away({kind::lane, 1}, "b");
  seen.is_away({kind::lane, 2}, "c");
  seen.is_there({kind::lane, 1});
  seen.is_there({kind::lane, 1});
  seen.is_there({kind::lane, 2});
  BOOST_TEST(told == (reasons{"lane 1=a 1", "lane 2=c 2", "lane 1= 1", "lane 2= 0"}));
}

BOOST_AUTO_TEST_CASE(every_kind_has_a_name_of_its_own) {
  for (std::size_t i = 0; i < dependency_kinds; ++i)
    for (std::size_t j = 0; j <= dependency_kinds; ++j)
      BOOST_TEST((to_string(static_cast<kind>(i)) == to_string(static_cast<kind>(j))) == (i == j));
}

BOOST_AUTO_TEST_SUITE_END()
