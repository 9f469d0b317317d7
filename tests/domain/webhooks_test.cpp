#include <boost/test/unit_test.hpp>

#include "domain/webhooks.hpp"

using namespace bankslip::domain;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(webhooks_test)

namespace {

webhook_answer answered(int status, std::chrono::seconds retry_after = 0s) {
  return {1, status, 10ms, "", retry_after};
}

} // namespace

BOOST_AUTO_TEST_CASE(tries_follow_the_schedule_of_the_standard) {
  const std::chrono::milliseconds waits[] = {5s, 5min, 30min, 2h, 5h, 10h, 10h};
  int number = 1;
  for (auto wait : waits) {
    for (auto status : {0, 302, 404, 429, 500}) {
      auto verdict = judge_webhook(answered(status), number, 0);
      BOOST_TEST(verdict.state == delivery_state::pending);
      BOOST_TEST(verdict.wait.count() == wait.count());
      BOOST_TEST(!verdict.endpoint_gone);
    }
    // A little more, by chance.
    auto latest = judge_webhook(answered(500), number, UINT32_MAX).wait;
    BOOST_TEST(latest.count() > wait.count());
    BOOST_TEST(latest.count() <= wait.count() * 11 / 10);
    ++number;
  }
  BOOST_TEST(number == webhook_tries);
  BOOST_TEST(judge_webhook(answered(500), webhook_tries, 0).state == delivery_state::exhausted);
}

BOOST_AUTO_TEST_CASE(two_hundreds_are_success_at_any_try) {
  for (auto status : {200, 204, 299})
    for (int number = 1; number <= webhook_tries; ++number)
      BOOST_TEST(judge_webhook(answered(status), number, 0).state == delivery_state::delivered);
  for (auto status : {199, 300})
    BOOST_TEST(judge_webhook(answered(status), 1, 0).state == delivery_state::pending);
}

BOOST_AUTO_TEST_CASE(a_longer_wait_that_is_asked_for_is_honoured_up_to_a_day) {
  BOOST_TEST(judge_webhook(answered(429, 3s), 1, 0).wait.count() == 5'000);
  BOOST_TEST(judge_webhook(answered(503, 120s), 1, 0).wait.count() == 120'000);
  auto day = std::chrono::milliseconds{24h}.count();
  BOOST_TEST(judge_webhook(answered(503, std::chrono::hours{1000}), 1, 0).wait.count() == day);
}

BOOST_AUTO_TEST_CASE(gone_ends_the_endpoint_and_not_the_event) {
  for (int number = 1; number <= webhook_tries; ++number) {
    auto verdict = judge_webhook(answered(410), number, 0);
    BOOST_TEST(verdict.endpoint_gone);
    BOOST_TEST(verdict.state == delivery_state::pending);
  }
}

BOOST_AUTO_TEST_CASE(names_are_read_as_they_are_written) {
  for (std::size_t i = 0; i < event_kinds; ++i) {
    auto kind = static_cast<event_kind>(i);
    BOOST_TEST(event_kind_of(to_string(kind)) == kind);
  }
  BOOST_TEST(!event_kind_of("upload").has_value());
  BOOST_TEST(!event_kind_of("").has_value());
  for (auto s : {delivery_state::pending, delivery_state::delivered, delivery_state::exhausted})
    BOOST_TEST(delivery_state_of(to_string(s)) == s);
}

BOOST_AUTO_TEST_CASE(a_set_holds_what_was_put_in) {
  event_set none;
  BOOST_TEST(none.empty());
  const event_set some{event_kind::upload_aborted, event_kind::upload_done};
  BOOST_TEST(some.contains(event_kind::upload_done));
  BOOST_TEST(!some.contains(event_kind::bankslip_emailed));
  BOOST_TEST((some.names() == std::vector<std::string>{"upload.done", "upload.aborted"}));
}

BOOST_AUTO_TEST_SUITE_END()
