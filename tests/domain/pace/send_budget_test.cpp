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
  b.take(begin);
  return b;
}

/// Takes all that may go at once.
std::size_t take_all(domain::send_budget& b, time_point now) {
  std::size_t out = 0;
  for (; b.wait(now).count() == 0; ++out)
    b.take(now);
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(send_budget_test)

BOOST_AUTO_TEST_CASE(messages_are_spread_evenly) {
  auto b = budget_of(4, 1);
  BOOST_TEST((b.wait(begin) == 250ms));
  BOOST_TEST((b.wait(begin + 249ms) > 0ms));
  BOOST_TEST((b.wait(begin + 250ms) == 0ms));
  // A burst of one saves up no second message.
  BOOST_TEST(take_all(b, begin + 10s) == 1u);
}

BOOST_AUTO_TEST_CASE(what_was_not_used_is_saved_up_to_the_burst) {
  auto b = budget_of(100, 30);
  BOOST_TEST(take_all(b, begin + 200ms) == 20u);
  BOOST_TEST(take_all(b, begin + 10s) == 30u);
}

BOOST_AUTO_TEST_CASE(no_second_gets_more_than_its_worth_whatever_was_saved) {
  constexpr double rate = 50;
  auto b = budget_of(rate, rate);
  std::minstd_rand random{7};
  std::vector<time_point> gone{begin};
  auto now = begin;
  while (now < begin + 60s) {
    now += std::chrono::milliseconds{random() % 120 * (random() % 3)};
    for (auto count = random() % 60; count > 0 && b.wait(now).count() == 0; --count) {
      b.take(now);
      gone.push_back(now);
    }
  }
  for (std::size_t i = 50; i < gone.size(); ++i)
    BOOST_REQUIRE((gone[i] - gone[i - 50] >= 1s));
  BOOST_TEST(gone.size() > 40u * 60u);
}

BOOST_AUTO_TEST_CASE(the_wait_that_is_told_is_enough) {
  for (double rate : {0.3, 7.0, 250.0, 3000.0}) {
    auto b = budget_of(rate, rate);
    auto now = begin;
    for (int i = 0; i < 5'000; ++i) {
      now += b.wait(now);
      BOOST_REQUIRE((b.wait(now).count() == 0));
      b.take(now);
    }
    const std::chrono::duration<double> took{now - begin};
    BOOST_TEST(took.count() <= 5'000 / rate + 1);
  }
}

BOOST_AUTO_TEST_CASE(a_message_that_came_in_late_counts_from_then_on) {
  auto b = budget_of(3, 3);
  BOOST_TEST(take_all(b, begin + 900ms) == 2u);
  b.came_late(begin, 400ms);
  BOOST_TEST(take_all(b, begin + 1399ms) == 0u);
  BOOST_TEST(take_all(b, begin + 1400ms) == 1u);
}

BOOST_AUTO_TEST_CASE(the_room_of_a_time_is_what_goes_in_it) {
  auto b = budget_of(100, 30);
  BOOST_TEST(b.until(begin + 200ms, begin) == 20);
  BOOST_TEST(b.until(begin + 10s, begin + 9900ms) == 40);
  b.rest_until(begin + 5s);
  BOOST_TEST(b.until(begin + 4s, begin + 2s) == -100);
  BOOST_TEST(b.until(begin + 6s, begin + 2s) == 100);
}

BOOST_AUTO_TEST_CASE(there_is_no_room_while_a_whole_seconds_worth_has_gone) {
  auto b = budget_of(100, 100);
  BOOST_TEST(take_all(b, begin + 10s) == 100u);
  // However much is saved up meanwhile.
  BOOST_TEST(b.until(begin + 10s + 999ms, begin + 10s + 900ms) == 0);
  BOOST_TEST(b.until(begin + 11s, begin + 10s + 900ms) == 100);
}

BOOST_AUTO_TEST_CASE(nothing_goes_or_is_saved_in_a_rest) {
  auto b = budget_of(100, 100);
  b.rest_until(begin + 5s);
  BOOST_TEST((b.wait(begin + 2s) == 3s + 10ms));
  BOOST_TEST((b.wait(begin + 5s) == 10ms));
  BOOST_TEST(take_all(b, begin + 5050ms) == 5u);
}

BOOST_AUTO_TEST_SUITE_END()
