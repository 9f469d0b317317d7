#include <boost/test/unit_test.hpp>

#include "services/impl/breaker.hpp"

using namespace bankslip;
using namespace std::chrono_literals;
using services::circuit_breaker;
using services::permission;

BOOST_AUTO_TEST_SUITE(breaker_test)

namespace {

constexpr auto email = domain::dependency_kind::email_service;

struct fake_clock final : domain::clock {
  std::chrono::steady_clock::time_point now{};
  std::chrono::steady_clock::time_point steady_now() const override { return now; }
  domain::utc_time utc_now() const override { return {}; }
  void sleep_for(std::chrono::milliseconds) const override {}
};

void fail(circuit_breaker& b, int times) {
  for (int i = 0; i < times; ++i)
    b.failed("answered 500");
}

} // namespace

BOOST_AUTO_TEST_CASE(it_opens_only_after_failures_in_a_row) {
  fake_clock clock;
  auto seen = std::make_shared<domain::availability>();
  circuit_breaker b{email, 3, 1000ms, clock, seen};
  fail(b, 2);
  b.succeeded();
  fail(b, 2);
  BOOST_TEST(b.ask() == permission::go);
  fail(b, 1);
  BOOST_TEST(b.ask() == permission::stop);
  BOOST_TEST(b.paused_for().count() == 1000);
  BOOST_TEST(seen->why_away(email) == "answered 500");
}

BOOST_AUTO_TEST_CASE(one_probe_is_let_through_and_closes_it) {
  fake_clock clock;
  auto seen = std::make_shared<domain::availability>();
  circuit_breaker b{email, 1, 1000ms, clock, seen};
  fail(b, 1);
  clock.now += 999ms;
  BOOST_TEST(b.ask() == permission::stop);
  clock.now += 1ms;
  BOOST_TEST(b.paused_for().count() == 0);
  BOOST_TEST(b.most_calls() == 1);
  BOOST_TEST(b.ask() == permission::probe);
  BOOST_TEST(b.ask() == permission::wait);
  // Nobody begins a wave meanwhile.
  BOOST_TEST(b.paused_for().count() > 0);
  BOOST_TEST(b.most_calls() == 1);
  b.succeeded();
  BOOST_TEST(b.paused_for().count() == 0);
  BOOST_TEST(b.most_calls() > 1'000'000);
  BOOST_TEST(b.ask() == permission::go);
  BOOST_TEST(seen->why_away(email) == "");
}

BOOST_AUTO_TEST_CASE(a_failed_probe_begins_the_next_pause) {
  fake_clock clock;
  auto seen = std::make_shared<domain::availability>();
  circuit_breaker b{email, 2, 1000ms, clock, seen};
  fail(b, 2);
  clock.now += 1s;
  BOOST_TEST(b.ask() == permission::probe);
  b.failed("answered 503", 5s);
  BOOST_TEST(b.paused_for().count() == 5000);
  BOOST_TEST(b.ask() == permission::stop);
}

BOOST_AUTO_TEST_CASE(a_late_answer_of_a_call_made_before_does_not_close_it) {
  fake_clock clock;
  auto seen = std::make_shared<domain::availability>();
  circuit_breaker b{email, 1, 1000ms, clock, seen};
  fail(b, 1);
  b.succeeded();
  BOOST_TEST(b.ask() == permission::stop);
}

BOOST_AUTO_TEST_CASE(retry_after_cannot_pause_it_for_longer_than_half_a_minute) {
  fake_clock clock;
  auto seen = std::make_shared<domain::availability>();
  circuit_breaker b{email, 1, 1000ms, clock, seen};
  b.failed("answered 503", 3600s);
  BOOST_TEST(b.paused_for().count() == 30'000);
}

BOOST_AUTO_TEST_CASE(a_probe_that_never_ends_gives_way_to_another) {
  fake_clock clock;
  auto seen = std::make_shared<domain::availability>();
  circuit_breaker b{email, 1, 1000ms, clock, seen};
  fail(b, 1);
  clock.now += 1s;
  BOOST_TEST(b.ask() == permission::probe);
  clock.now += 60s;
  BOOST_TEST(b.ask() == permission::probe);
}

BOOST_AUTO_TEST_SUITE_END()
