#include "domain/pace/send_budget.hpp"

#include <random>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace bankslip;
using namespace std::chrono_literals;

namespace {

using time_point = domain::send_budget::time_point;

constexpr time_point begin{1h};

/// A budget that has had its first message.
domain::send_budget budget_of(double rate, double burst) {
  domain::send_budget b;
  b.set(rate, burst, begin);
  b.take(1, begin);
  return b;
}

} // namespace

BOOST_AUTO_TEST_SUITE(send_budget_test)

BOOST_AUTO_TEST_CASE(messages_are_spread_evenly) {
  auto b = budget_of(4, 1);
  BOOST_TEST(b.free(begin) == 0u);
  BOOST_TEST((b.wait(1, begin) == 250ms));
  BOOST_TEST(b.free(begin + 249ms) == 0u);
  BOOST_TEST(b.free(begin + 250ms) == 1u);
  // A burst of one saves up no second message.
  BOOST_TEST(b.free(begin + 10s) == 1u);
}

BOOST_AUTO_TEST_CASE(what_was_not_used_is_saved_up_to_the_burst) {
  auto b = budget_of(100, 30);
  BOOST_TEST(b.free(begin + 200ms) == 20u);
  BOOST_TEST(b.free(begin + 10s) == 30u);
  BOOST_TEST((b.wait(1000, begin) == 300ms));
}

BOOST_AUTO_TEST_CASE(no_second_gets_more_than_its_worth_whatever_was_saved) {
  constexpr double rate = 50;
  auto b = budget_of(rate, rate);
  std::minstd_rand random{7};
  std::vector<time_point> gone{begin};
  auto now = begin;
  while (now < begin + 60s) {
    now += std::chrono::milliseconds{random() % 120 * (random() % 3)};
    auto count = std::min<std::size_t>(b.free(now), random() % 60);
    b.take(count, now);
    gone.insert(gone.end(), count, now);
  }
  for (std::size_t i = 50; i < gone.size(); ++i)
    BOOST_REQUIRE((gone[i] - gone[i - 50] >= 1s));
  BOOST_TEST(gone.size() > 40u * 60u);
}

BOOST_AUTO_TEST_CASE(the_wait_that_is_told_is_enough) {
  std::minstd_rand random{3};
  for (double rate : {0.3, 7.0, 250.0, 3000.0}) {
    auto b = budget_of(rate, rate);
    auto now = begin;
    for (int i = 0; i < 500; ++i) {
      auto wanted = 1 + random() % 20;
      now += b.wait(wanted, now);
      BOOST_TEST((b.wait(wanted, now).count() == 0));
      auto count = std::min<std::size_t>(wanted, b.free(now));
      BOOST_REQUIRE(count > 0u);
      b.take(count, now);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_given_back_may_go_again) {
  auto b = budget_of(10, 10);
  b.take(b.free(begin + 1s), begin + 1s);
  BOOST_TEST(b.free(begin + 1s) == 0u);
  b.give_back(4);
  BOOST_TEST(b.free(begin + 1s) == 4u);
  BOOST_TEST(b.last_second(begin + 1s) == 6u);
}

BOOST_AUTO_TEST_CASE(nothing_goes_or_is_saved_in_a_rest) {
  auto b = budget_of(100, 100);
  b.rest_until(begin + 5s);
  BOOST_TEST((b.wait(1, begin + 2s) == 3s + 10ms));
  BOOST_TEST(b.free(begin + 4999ms) == 0u);
  BOOST_TEST(b.free(begin + 5050ms) == 5u);
}

BOOST_AUTO_TEST_SUITE_END()
