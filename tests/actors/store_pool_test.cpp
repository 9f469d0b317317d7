#include <caf/typed_event_based_actor.hpp>

#include "actors/store.hpp"
#include "actors/store_pool.hpp"
#include "tests/actors/stage.hpp"

using namespace bankslip;
using namespace bankslip::test;

BOOST_AUTO_TEST_SUITE(store_pool_test)

namespace {

using blocked_store_actor = store_actor::extend<caf::reacts_to<caf::ok_atom>>;

/// What a blocked STORE has been given.
struct blocked_state {
  std::vector<caf::response_promise> open;
  std::vector<end_group> ends;

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
      [=, &s](const retry_debt&) { return s.keep<debt_revived>(self); },
      [=, &s](const resolve_debt&) { return s.keep<debt_revived>(self); },
      [=, &s](const list_uploads&) { return s.keep<uploads_listed>(self); },
      [=, &s](const find_upload&) { return s.keep<upload_found>(self); },
      [=, &s](const stop_mails&) { return s.keep<upload_found>(self); },
      [=, &s](const find_uploads&) { return s.keep<uploads_listed>(self); },
      [=, &s](const list_problems&) { return s.keep<problems_listed>(self); },
      [=, &s](const list_debts&) { return s.keep<debts_listed>(self); },
      [=, &s](const retry_upload&) { return s.keep<upload_retried>(self); },
      [=, &s](const claim_key&) { return s.keep<key_claimed>(self); },
      [=, &s](const settle_key&) { return s.keep<recorded>(self); },
      [=, &s](begin_upload) { return s.keep<upload_begun>(self); },
      [=, &s](const renew_uploads&) { return s.keep<recorded>(self); },
      [=, &s](const close_upload&) { return s.keep<recorded>(self); },
      [=, &s](const record_problems&) { return s.keep<recorded>(self); },
      [&s](const end_group& end) { s.ends.push_back(end); },
      [](clear_outbox) {},
      [=, &s](caf::ok_atom) {
        for (auto& promise : std::exchange(s.open, {}))
          promise.deliver(
              domain::make_error(errc::database_unavailable, "the query was broken off"));
        for (auto& end : std::exchange(s.ends, {}))
          self->send(end.from, store_idle{end.slot});
      },
  };
}

/// Counts statements.
struct counting final : fake::fault_plan {
  fake::db_fault database(std::string_view what) override {
    ++calls[std::string{what}];
    return std::exchange(next, fake::db_fault::none);
  }
  std::map<std::string, int> calls;
  fake::db_fault next = fake::db_fault::none;
};

domain::debt debt_named(std::string id) {
  return {std::move(id), "Maria", "1", "m@example.com", {5}, *domain::parse_date("2026-12-21")};
}

struct store_pool_stage : stage {
  store_pool_stage() { world.faults = &statements; }

  counting statements;
  std::shared_ptr<slow_publisher> broker = std::make_shared<slow_publisher>();
  blocked_store_actor blocked = spawn(blocked_store, 0);
  store_pool_options options;
  store_pool_actor pool;

  store_actor good_store() {
    store_options o;
    o.make_store = [this] { return world.db.debt_store(process); };
    o.codec = codec;
    broker->self = spawn(slow_publishing, broker);
    o.publisher = broker->self;
    return spawn(actors::store, 1, std::move(o));
  }

  void start(std::vector<store_actor> stores) {
    options.stores = std::move(stores);
    options.time = &world.time;
    pool = spawn(actors::store_pool, options);
    run();
  }

  auto begin() { return ask<upload_begun>(pool, begin_upload{}); }

  /// Debts with these ids are asked for at once: the first goes alone, as an idle
  /// STORE takes it, the others wait and go together.
  auto create(std::vector<std::string> ids) {
    std::vector<std::shared_ptr<answer<debt_created>>> out;
    for (auto& id : ids)
      out.push_back(ask_later<debt_created>(pool, create_debt{debt_named(std::move(id))}));
    run();
    return out;
  }
};

} // namespace

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
  BOOST_TEST(stuck->code() == errc::database_unavailable);
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

BOOST_AUTO_TEST_CASE(debts_that_wait_are_stored_and_published_together) {
  start({good_store()});
  auto made = create({"a", "b", "c", "b"});
  BOOST_TEST(statements.calls["create"] == 2);
  BOOST_TEST((made[0]->value->created && made[1]->value->created && made[2]->value->created));
  BOOST_TEST(!made[3]->value->created);
  BOOST_REQUIRE_EQUAL(broker->got.size(), 2u);
  BOOST_TEST(broker->got[1]->records.size() == 2u);
  BOOST_TEST(world.db.outbox.size() == 3u);
  broker->answer_one();
  broker->answer_one();
  run();
  // Their entries go with the next one.
  create({"d"});
  BOOST_TEST(world.db.outbox.size() == 1u);
  BOOST_TEST(statements.calls["finish_outbox"] == 0);
  broker->answer_one();
  pass(1s);
  BOOST_TEST(world.db.outbox.empty());
  BOOST_TEST(statements.calls["finish_outbox"] == 1);
}

BOOST_AUTO_TEST_CASE(what_the_broker_refuses_stays_in_the_outbox_for_the_relay) {
  start({good_store()});
  auto made = create({"a", "b", "c"});
  for (const auto& m : made)
    BOOST_TEST(m->value->created);
  broker->answer_one(domain::make_error(errc::broker_unavailable, "no broker"));
  broker->answer_one();
  run();
  pass(1s);
  BOOST_REQUIRE_EQUAL(world.db.outbox.size(), 1u);
  BOOST_TEST(world.db.outbox.begin()->second.entry.key == "a");
}

BOOST_AUTO_TEST_CASE(a_group_is_no_larger_than_it_may_be) {
  options.max_group = 2;
  start({good_store()});
  create({"a", "b", "c", "d", "e", "f"});
  BOOST_TEST(statements.calls["create"] == 4);
}

BOOST_AUTO_TEST_CASE(one_debt_that_cannot_be_stored_fails_no_other) {
  fake::session holder{world.db, process};
  BOOST_REQUIRE(!holder.lock("held"));
  start({blocked, good_store()});
  // The other STORE is not there to help.
  begin();
  auto made = create({"a", "b", "held", "c"});
  BOOST_TEST(made[2]->code() == errc::transaction_conflict);
  for (auto n : {0, 1, 3})
    BOOST_TEST(made[static_cast<std::size_t>(n)]->value->created);
  // The first, the group, and each of the group.
  BOOST_TEST(statements.calls["create"] == 5);
}

BOOST_AUTO_TEST_CASE(a_database_that_is_away_is_not_asked_one_by_one) {
  start({good_store()});
  create({"a"});
  world.db.away = true;
  for (auto& made : create({"b", "c", "d"}))
    BOOST_TEST(made->code() == errc::database_unavailable);
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
  BOOST_TEST(begin()->code() == errc::overloaded);
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
  BOOST_TEST(late->code() == errc::overloaded);
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
  BOOST_TEST(leases->code() == errc::database_unavailable);
  BOOST_TEST(single->pending());
  pass(11s, 1s);
  next();
  next();
  BOOST_TEST(totals->code() == errc::database_unavailable);
  BOOST_TEST(late->code() == errc::overloaded);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
