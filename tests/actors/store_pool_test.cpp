#include <caf/typed_event_based_actor.hpp>

#include "actors/store.hpp"
#include "actors/store_pool.hpp"
#include "tests/actors/stage.hpp"

using namespace bankslip;
using namespace bankslip::test;

namespace {

using blocked_store_actor = store_actor::extend<caf::reacts_to<caf::ok_atom>>;

/// What a blocked STORE has been given.
struct blocked_state {
  std::vector<caf::response_promise> open;
  std::vector<report_idle> reports;

  template <class Answer>
  caf::result<Answer> keep(blocked_store_actor::stateful_pointer<blocked_state> self) {
    auto promise = self->make_response_promise<Answer>();
    open.push_back(promise);
    return promise;
  }
};

/// A STORE in the middle of a query: answers nothing until it is told to.
blocked_store_actor::behavior_type
blocked_store(blocked_store_actor::stateful_pointer<blocked_state> self, int) {
  auto& s = self->state;
  return {
      [=, &s](const create_debt&) { return s.keep<debt_created>(self); },
      [=, &s](const find_debt&) { return s.keep<debt_found>(self); },
      [=, &s](const retry_debt&) { return s.keep<debt_revived>(self); },
      [=, &s](const resolve_debt&) { return s.keep<debt_revived>(self); },
      [=, &s](const list_uploads&) { return s.keep<uploads_listed>(self); },
      [=, &s](const find_upload&) { return s.keep<upload_found>(self); },
      [=, &s](const list_problems&) { return s.keep<problems_listed>(self); },
      [=, &s](begin_upload) { return s.keep<upload_begun>(self); },
      [=, &s](const renew_uploads&) { return s.keep<recorded>(self); },
      [=, &s](const close_upload&) { return s.keep<recorded>(self); },
      [=, &s](const record_problems&) { return s.keep<recorded>(self); },
      [&s](const report_idle& r) { s.reports.push_back(r); },
      [=, &s](caf::ok_atom) {
        for (auto& promise : std::exchange(s.open, {}))
          promise.deliver(
              domain::make_error(errc::database_unavailable, "the query was broken off"));
        for (auto& r : std::exchange(s.reports, {}))
          self->send(r.to, store_idle{r.slot});
      },
  };
}

struct store_pool_stage : stage {
  blocked_store_actor blocked = spawn(blocked_store, 0);
  store_pool_options options;
  store_pool_actor pool;

  store_actor good_store() {
    store_options o;
    o.make_store = [this] { return world.db.debt_store(process); };
    o.codec = codec;
    o.publisher = spawn(slow_publishing, std::make_shared<slow_publisher>());
    return spawn(actors::store, 1, std::move(o));
  }

  void start(std::vector<store_actor> stores) {
    options.stores = std::move(stores);
    options.time = &world.time;
    pool = spawn(actors::store_pool, options);
    run();
  }

  auto begin() { return ask<upload_begun>(pool, begin_upload{}); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(store_pool_test)

BOOST_FIXTURE_TEST_SUITE(the_store_pool, store_pool_stage)

BOOST_AUTO_TEST_CASE(a_blocked_store_holds_up_its_own_request_only) {
  start({blocked, good_store()});
  auto stuck = begin();
  BOOST_TEST(stuck->pending());
  for (int i = 0; i < 20; ++i)
    BOOST_TEST(begin()->value.has_value());
  BOOST_TEST(stuck->pending());
  BOOST_TEST(metric(R"(bankslip_in_flight{link="stores"})") == 1);
  caf::anon_send(blocked, caf::ok_atom::value);
  run();
  BOOST_TEST((stuck->code() == errc::database_unavailable));
  BOOST_TEST(metric(R"(bankslip_credit{link="stores"})") == 2);
}

BOOST_AUTO_TEST_CASE(requests_that_wait_go_to_the_next_idle_store_oldest_first) {
  start({blocked});
  auto first = begin();
  auto second = ask<upload_found>(pool, find_upload{77});
  auto third = begin();
  BOOST_TEST(metric(R"(bankslip_queue_length{queue="stores"})") == 2);
  caf::anon_send(blocked, caf::ok_atom::value);
  run();
  BOOST_TEST(!first->pending());
  BOOST_TEST((second->pending() && third->pending()));
  caf::anon_send(blocked, caf::ok_atom::value);
  run();
  BOOST_TEST(!second->pending());
  BOOST_TEST(third->pending());
}

BOOST_AUTO_TEST_CASE(the_queue_is_bounded) {
  options.max_waiting = 3;
  start({blocked});
  begin();
  std::vector<decltype(begin())> waiting;
  for (int i = 0; i < 3; ++i)
    waiting.push_back(begin());
  for (const auto& w : waiting)
    BOOST_TEST(w->pending());
  BOOST_TEST((begin()->code() == errc::overloaded));
}

BOOST_AUTO_TEST_CASE(what_has_waited_longer_than_anybody_asks_is_refused_and_not_done) {
  options.longest_wait = 30s;
  start({blocked});
  begin();
  auto late = begin();
  pass(31s, 1s);
  auto fresh = begin();
  caf::anon_send(blocked, caf::ok_atom::value);
  run();
  BOOST_TEST((late->code() == errc::overloaded));
  BOOST_TEST(fresh->pending());
  BOOST_TEST(metric(R"(bankslip_in_flight{link="stores"})") == 1);
}

BOOST_AUTO_TEST_CASE(totals_wait_longer_and_leases_are_renewed_first) {
  start({blocked});
  begin();
  auto single = begin();
  auto totals = ask<recorded>(pool, close_upload{});
  auto late = begin();
  auto leases = ask<recorded>(pool, renew_uploads{});
  auto next = [&] {
    caf::anon_send(blocked, caf::ok_atom::value);
    run();
  };
  next();
  next();
  BOOST_TEST((leases->code() == errc::database_unavailable));
  BOOST_TEST(single->pending());
  pass(11s, 1s);
  next();
  next();
  BOOST_TEST((totals->code() == errc::database_unavailable));
  BOOST_TEST((late->code() == errc::overloaded));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
