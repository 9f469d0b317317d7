#include <boost/test/unit_test.hpp>

#include <rapidcheck.h>

#include "services/impl/call_queue.hpp"
#include "services/impl/retry.hpp"

using namespace bankslip::services;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(call_queue_test)

namespace {
const call_queue::time_point start{1000s};
}

BOOST_AUTO_TEST_CASE(fresh_calls_come_in_order_and_once) {
  call_queue q{3, 4, start + 10s, 1};
  for (std::size_t i = 0; i < 3; ++i)
    BOOST_TEST(*q.next(start) == i);
  BOOST_TEST(!q.next(start));
  BOOST_TEST(!q.waiting());
}

BOOST_AUTO_TEST_CASE(a_failed_call_comes_again_after_its_backoff_and_not_before) {
  call_queue q{1, 4, start + 10s, 1};
  auto i = *q.next(start);
  BOOST_TEST(!q.finish(i, call_result::not_done, "503", 0ms, start));
  BOOST_TEST(!q.next(start));
  BOOST_TEST((q.next_due() >= start + 25ms));
  BOOST_TEST((q.next_due() <= start + 50ms));
  BOOST_TEST(*q.next(start + 50ms) == i);
  BOOST_TEST(q.finish(i, call_result::accepted, "", 0ms, start + 60ms));
  auto out = q.take();
  BOOST_TEST(out[0].result == call_result::accepted);
  BOOST_TEST(out[0].reason.empty());
}

BOOST_AUTO_TEST_CASE(an_unclear_call_is_not_repeated_beyond_its_window) {
  call_queue q{2, 4, start + 10s, 1, 0ms};
  auto unclear = *q.next(start);
  auto undone = *q.next(start);
  BOOST_TEST(q.finish(unclear, call_result::unclear, "time-out", 0ms, start));
  BOOST_TEST(!q.finish(undone, call_result::not_done, "503", 0ms, start));
  BOOST_TEST(*q.next(start + 50ms) == undone);
  BOOST_TEST(!q.waiting());
  BOOST_TEST(q.take()[unclear].result == call_result::unclear);
}

BOOST_AUTO_TEST_CASE(an_unclear_call_that_was_held_back_beyond_its_window_is_not_repeated) {
  call_queue q{2, 4, start + 10s, 1, 500ms};
  auto unclear = *q.next(start);
  auto undone = *q.next(start);
  BOOST_TEST(!q.finish(unclear, call_result::unclear, "time-out", 0ms, start));
  BOOST_TEST(!q.finish(undone, call_result::not_done, "503", 0ms, start));
  BOOST_TEST(*q.next(start + 500ms) == undone);
  BOOST_TEST(!q.next(start + 500ms));
  BOOST_TEST(!q.waiting());
  BOOST_TEST(q.take()[unclear].result == call_result::unclear);
}

BOOST_AUTO_TEST_CASE(what_the_pace_holds_up_came_too_fast_unless_it_may_have_been_done) {
  call_queue q{3, 4, start + 10s, 1};
  auto undone = *q.next(start);
  auto unclear = *q.next(start);
  q.finish(undone, call_result::not_done, "503", 0ms, start);
  q.finish(unclear, call_result::unclear, "time-out", 0ms, start);
  q.hold_up("no room");
  BOOST_TEST(!q.waiting());
  auto out = q.take();
  BOOST_TEST(out[undone].result == call_result::too_fast);
  BOOST_TEST(out[undone].begun);
  BOOST_TEST(out[unclear].result == call_result::unclear);
  BOOST_TEST(out[2].result == call_result::too_fast);
  BOOST_TEST(!out[2].begun);
}

BOOST_AUTO_TEST_CASE(tries_are_bounded) {
  call_queue q{1, 3, start + 60s, 1};
  auto now = start;
  int tries = 0;
  while (q.waiting()) {
    now += 3s;
    auto i = q.next(now);
    BOOST_REQUIRE(i);
    ++tries;
    q.finish(*i, call_result::not_done, "503", 0ms, now);
  }
  BOOST_TEST(tries == 3);
  BOOST_TEST(q.take()[0].result == call_result::not_done);
}

BOOST_AUTO_TEST_CASE(nothing_is_started_at_or_after_the_deadline) {
  call_queue q{2, 4, start + 1s, 1};
  auto i = *q.next(start);
  // The wait asked for ends after the deadline: the call is over.
  BOOST_TEST(q.finish(i, call_result::not_done, "503", 2s, start));
  BOOST_TEST(!q.next(start + 1s));
  q.abandon("over");
  auto out = q.take();
  BOOST_TEST(out[0].reason == "503");
  BOOST_TEST(out[1].reason == "over");
  BOOST_TEST(out[1].result == call_result::not_done);
  BOOST_TEST(out[0].begun);
  BOOST_TEST(!out[1].begun);
}

BOOST_AUTO_TEST_CASE(what_may_have_been_done_stays_unclear_whatever_later_tries_say) {
  for (auto later : {call_result::not_done, call_result::refused, call_result::unclear}) {
    call_queue q{1, 2, start + 60s, 1};
    q.finish(*q.next(start), call_result::unclear, "timed out", 0ms, start);
    q.finish(*q.next(start + 5s), later, "later", 0ms, start + 5s);
    BOOST_TEST(q.take()[0].result == call_result::unclear);
  }
  call_queue q{1, 2, start + 60s, 1};
  q.finish(*q.next(start), call_result::unclear, "timed out", 0ms, start);
  q.finish(*q.next(start + 5s), call_result::accepted, "", 0ms, start + 5s);
  BOOST_TEST(q.take()[0].result == call_result::accepted);
}

BOOST_AUTO_TEST_CASE(a_refused_call_is_not_tried_again) {
  call_queue q{1, 4, start + 60s, 1};
  BOOST_TEST(q.finish(*q.next(start), call_result::refused, "422", 0ms, start));
  BOOST_TEST(!q.waiting());
}

BOOST_AUTO_TEST_CASE(backoff_doubles_jitters_and_is_bounded) {
  rc::check("50 ms doubled, at most 2 s, half of it random", [](std::uint32_t random) {
    auto tries = *rc::gen::inRange(1, 64);
    auto wait = backoff(tries, 0ms, random).count();
    auto whole = std::min<std::int64_t>(2000, 50ll << std::min(tries - 1, 20));
    RC_ASSERT(wait >= whole / 2);
    RC_ASSERT(wait <= whole);
  });
}

BOOST_AUTO_TEST_CASE(retry_after_is_honoured_up_to_half_a_minute) {
  rc::check("not earlier than asked, not much later", [](std::uint32_t random) {
    auto wait = backoff(1, 3s, random);
    RC_ASSERT(wait >= 3s);
    RC_ASSERT(wait <= 3750ms);
    RC_ASSERT(backoff(1, std::chrono::hours{5}, random) <= 37'500ms);
  });
}

BOOST_AUTO_TEST_CASE(a_word_on_pace_ends_what_was_never_tried_and_keeps_what_may_be_done) {
  call_queue q{4, 3, start + 10s, 1};
  auto first = *q.next(start);
  auto second = *q.next(start);
  BOOST_TEST(!q.finish(first, call_result::unclear, "cut", 0ms, start));
  q.slow_down(second, "answered 429", 2s);
  BOOST_TEST(!q.waiting());
  auto out = q.take();
  BOOST_TEST(out[first].result == call_result::unclear);
  BOOST_TEST(out[second].result == call_result::too_fast);
  BOOST_TEST((out[second].retry_after == 2s));
  for (std::size_t i : {2, 3}) {
    BOOST_TEST(out[i].result == call_result::too_fast);
    BOOST_TEST((out[i].retry_after == 0s));
    BOOST_TEST(out[i].reason == "answered 429");
  }
}

BOOST_AUTO_TEST_SUITE_END()
