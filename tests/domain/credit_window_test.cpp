#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <vector>

#include <rapidcheck.h>

#include "domain/credit_window.hpp"

using bankslip::domain::credit_window;

BOOST_AUTO_TEST_SUITE(credit_window_test)

BOOST_AUTO_TEST_CASE(credit_runs_out_and_comes_back) {
  credit_window window{3};
  BOOST_TEST(window.take(2));
  BOOST_TEST(!window.take(2));
  BOOST_TEST(window.take());
  BOOST_TEST(window.available() == 0);
  BOOST_TEST(!window.take());
  window.give_back(2);
  BOOST_TEST(window.available() == 2);
  BOOST_TEST(window.in_flight() == 1);
  BOOST_TEST(window.size() == 3);
}

BOOST_AUTO_TEST_CASE(giving_back_more_than_was_taken_is_a_bug) {
  credit_window window{3};
  BOOST_CHECK_THROW(window.give_back(), std::logic_error);
  BOOST_TEST(window.take());
  BOOST_CHECK_THROW(window.give_back(2), std::logic_error);
  BOOST_TEST(window.in_flight() == 1);
}

BOOST_AUTO_TEST_CASE(a_take_as_large_as_can_be_does_not_overflow) {
  credit_window window{3};
  BOOST_TEST(window.take());
  BOOST_TEST(!window.take(static_cast<std::size_t>(-1)));
  BOOST_TEST(window.in_flight() == 1);
}

BOOST_AUTO_TEST_CASE(credit_taken_and_left_always_make_the_whole) {
  bool held = rc::check("window and a counter", [] {
    auto size = *rc::gen::inRange<std::size_t>(0, 20);
    credit_window window{size};
    std::size_t taken = 0;
    auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-8, 9));
    for (auto step : steps) {
      if (step >= 0) {
        auto n = static_cast<std::size_t>(step);
        auto fits = taken + n <= size;
        RC_ASSERT(window.take(n) == fits);
        taken += fits ? n : 0;
      } else if (auto n = static_cast<std::size_t>(-step); n > taken) {
        RC_ASSERT_THROWS_AS(window.give_back(n), std::logic_error);
      } else {
        window.give_back(n);
        taken -= n;
      }
      RC_ASSERT(window.in_flight() == taken);
      RC_ASSERT(window.available() + taken == size);
    }
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_SUITE_END()
