#pragma once

#include "tests/support/webhook_contract/events.hpp"

/// Clauses about claiming and delivering.
namespace bankslip::test::webhook_contract {

/// Writes `n` events, of uploads without rows.
template <class World>
void write_events(World& world, int n) {
  world.tell({kind::upload_done});
  auto store = world.debt_store();
  for (int i = 0; i < n; ++i)
    must(store->finish_upload(must(store->open_upload(60s)), {}));
}

inline std::vector<d::webhook_delivery> listed(d::webhook_store& s, d::delivery_page page = {}) {
  return must(s.list(page));
}

template <class World>
void a_claimed_event_is_not_given_twice(World& world) {
  write_events(world, 3);
  auto one = world.webhook_store();
  auto other = world.webhook_store();
  auto first = must(one->claim(2, 1h));
  auto second = must(other->claim(2, 0ms));
  BOOST_REQUIRE_EQUAL(first.size(), 2u);
  BOOST_REQUIRE_EQUAL(second.size(), 1u);
  BOOST_TEST(first[0].id < first[1].id);
  BOOST_TEST(first[1].id < second[0].id);
  // A claim that is over goes to whoever asks.
  auto again = must(one->claim(2, 1h));
  BOOST_REQUIRE_EQUAL(again.size(), 1u);
  BOOST_TEST(again[0].message_id == second[0].message_id);
  BOOST_TEST(must(other->claim(2, 1h)).empty());
}

template <class World>
void an_event_is_tried_until_it_is_delivered(World& world) {
  write_events(world, 1);
  auto s = world.webhook_store();
  for (int tries = 0; tries < 3; ++tries) {
    auto due = must(s->claim(5, 1h));
    BOOST_REQUIRE_EQUAL(due.size(), 1u);
    BOOST_TEST(due[0].tries == tries);
    auto last = tries == 2;
    d::webhook_answer answer{due[0].id,
                             last         ? 204
                             : tries == 0 ? 0
                                          : 503,
                             40ms, last ? "" : "it \xff did not", 0s};
    d::webhook_verdict verdict{last ? d::delivery_state::delivered : d::delivery_state::pending};
    must(s->finish(answer, verdict));
  }
  BOOST_TEST(must(s->claim(5, 1h)).empty());
  auto all = listed(*s);
  BOOST_REQUIRE_EQUAL(all.size(), 1u);
  BOOST_TEST(all[0].state == d::delivery_state::delivered);
  BOOST_TEST(!all[0].next_try.has_value());
  BOOST_TEST(all[0].type == "upload.done");
  BOOST_REQUIRE_EQUAL(all[0].tries.size(), 3u);
  BOOST_TEST(all[0].tries[0].status == 0);
  BOOST_TEST(all[0].tries[0].error.starts_with("it "));
  BOOST_TEST(all[0].tries[1].status == 503);
  BOOST_TEST((all[0].tries[1].took == 40ms));
  BOOST_TEST(all[0].tries[2].status == 204);
  BOOST_TEST(all[0].tries[2].error == "");
  // What comes late changes nothing.
  must(s->finish({all[0].id, 500, 1ms, "late", 0s}, {d::delivery_state::exhausted}));
  BOOST_TEST(listed(*s)[0].state == d::delivery_state::delivered);
  must(s->finish({all[0].id + 1000, 500, 1ms, "unknown", 0s}, {}));
}

template <class World>
void an_event_that_is_resent_begins_anew(World& world) {
  write_events(world, 1);
  auto s = world.webhook_store();
  auto first = must(s->claim(1, 1h)).at(0);
  must(s->finish({first.id, 500, 1ms, "no", 0s}, {d::delivery_state::exhausted}));
  BOOST_TEST(must(s->claim(1, 1h)).empty());
  must(s->resend(first.id));
  auto again = must(s->claim(1, 1h));
  BOOST_REQUIRE_EQUAL(again.size(), 1u);
  BOOST_TEST(again[0].message_id == first.message_id);
  BOOST_TEST(again[0].tries == 0);
  BOOST_TEST(listed(*s)[0].tries.size() == 1u);
  BOOST_TEST(fails_with(s->resend(first.id + 1000), d::errc::not_found));
}

template <class World>
void a_stopped_endpoint_gets_nothing_until_it_is_resumed(World& world) {
  write_events(world, 2);
  auto s = world.webhook_store();
  auto gone = must(s->claim(1, 1h)).at(0);
  must(s->finish({gone.id, 410, 1ms, "Gone", 0s}, {d::delivery_state::pending, 0ms, true}));
  must(s->stop());
  must(s->stop());
  BOOST_TEST(must(s->claim(5, 1h)).empty());
  BOOST_TEST(must(s->backlog()).stopped);
  must(s->resume());
  auto both = must(s->claim(5, 0ms));
  BOOST_REQUIRE_EQUAL(both.size(), 2u);
  // The one that was told so has lost no try.
  BOOST_TEST(both[0].tries == 0);
  must(s->stop());
  must(s->resend(gone.id));
  BOOST_TEST(must(s->claim(5, 1h)).size() == 2u);
}

template <class World>
void deliveries_are_listed_newest_first_in_pages(World& world) {
  write_events(world, 5);
  auto s = world.webhook_store();
  auto done = must(s->claim(2, 1h));
  for (const auto& e : done)
    must(s->finish({e.id, 200, 1ms, "", 0s}, {d::delivery_state::delivered}));
  std::vector<std::int64_t> seen;
  for (std::int64_t after = 0;;) {
    auto page = listed(*s, {2, after, {}});
    if (page.empty())
      break;
    BOOST_TEST(page.size() <= 2u);
    for (const auto& x : page)
      seen.push_back(after = x.id);
  }
  BOOST_TEST(seen.size() == 5u);
  BOOST_TEST(std::is_sorted(seen.rbegin(), seen.rend()));
  auto delivered = listed(*s, {10, 0, d::delivery_state::delivered});
  BOOST_REQUIRE_EQUAL(delivered.size(), 2u);
  BOOST_TEST(delivered[0].id == done[1].id);
  BOOST_TEST(listed(*s, {10, done[1].id, d::delivery_state::delivered}).size() == 1u);
  BOOST_TEST(listed(*s, {10, 0, d::delivery_state::exhausted}).empty());
  auto pending = listed(*s, {10, 0, d::delivery_state::pending});
  BOOST_REQUIRE_EQUAL(pending.size(), 3u);
  BOOST_TEST(pending[0].next_try.has_value());
}

template <class World>
void the_backlog_tells_what_waits(World& world) {
  auto s = world.webhook_store();
  BOOST_TEST(must(s->backlog()).pending == 0);
  BOOST_TEST((must(s->backlog()).oldest_age == 0ms));
  write_events(world, 2);
  auto e = must(s->claim(1, 1h)).at(0);
  BOOST_TEST(must(s->backlog()).pending == 2);
  must(s->finish({e.id, 200, 1ms, "", 0s}, {d::delivery_state::delivered}));
  BOOST_TEST(must(s->backlog()).pending == 1);
  BOOST_TEST(!must(s->backlog()).stopped);
}

} // namespace bankslip::test::webhook_contract
