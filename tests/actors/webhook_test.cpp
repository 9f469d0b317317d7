#include <deque>
#include <map>

#include <caf/typed_event_based_actor.hpp>

#include "actors/front.hpp"
#include "actors/webhook.hpp"
#include "tests/actors/stage.hpp"

using namespace bankslip;
using namespace bankslip::test;

BOOST_AUTO_TEST_SUITE(webhook_test)

namespace {

/// An endpoint that answers as it is told, 204 when nothing is said.
struct endpoint {
  std::deque<domain::webhook_answer> orders;
  std::vector<domain::webhook_event> calls;
  std::size_t most_at_once = 0;
};

class fake_caller final : public domain::webhook_caller {
public:
  explicit fake_caller(std::shared_ptr<endpoint> to) : to_{std::move(to)} {}

  std::size_t places() const override { return 3 - waiting_.size(); }
  std::size_t in_flight() const override { return waiting_.size(); }
  void start(const domain::webhook_event& event, std::chrono::milliseconds) override {
    to_->calls.push_back(event);
    waiting_.push_back(event.id);
    to_->most_at_once = std::max(to_->most_at_once, waiting_.size());
  }
  std::vector<domain::webhook_answer> poll(std::chrono::milliseconds) override {
    std::vector<domain::webhook_answer> out;
    for (auto id : std::exchange(waiting_, {})) {
      domain::webhook_answer a{id, 204, 12ms, "", 0s};
      if (!to_->orders.empty()) {
        a = to_->orders.front();
        a.event_id = id;
        to_->orders.pop_front();
      }
      out.push_back(a);
    }
    return out;
  }

private:
  std::shared_ptr<endpoint> to_;
  std::vector<std::int64_t> waiting_;
};

domain::webhook_answer failure(int status, std::chrono::seconds retry_after = 0s) {
  return {0, status, 5ms, "it said " + std::to_string(status), retry_after};
}

struct webhook_stage : stage {
  webhook_stage() {
    world.db.tells = {domain::event_kind::upload_done};
    webhook_options o;
    o.make_store = [this] { return world.db.webhook_store(process); };
    o.make_caller = [this] { return std::make_unique<fake_caller>(to); };
    o.time = &world.time;
    o.jitter_seed = 1;
    actor = spawn(webhook, o);
  }

  void start() {
    caf::anon_send(actor, start_webhooks{});
    run();
  }
  void make_events(int n) {
    auto store = world.db.debt_store(process);
    for (int i = 0; i < n; ++i)
      store->finish_upload(*store->open_upload(1h), {});
  }
  const fake::event_row& event(std::size_t i = 0) {
    return std::next(world.db.events.begin(), static_cast<std::ptrdiff_t>(i))->second;
  }

  std::shared_ptr<endpoint> to = std::make_shared<endpoint>();
  webhook_actor actor;
};

using domain::delivery_state;

} // namespace

BOOST_FIXTURE_TEST_CASE(nothing_is_told_before_the_tables_are_there, webhook_stage) {
  make_events(1);
  pass(3s);
  BOOST_TEST(to->calls.empty());
  start();
  BOOST_TEST(to->calls.size() == 1u);
  BOOST_TEST(to->calls[0].type == "upload.done");
  BOOST_TEST(event().state == delivery_state::delivered);
}

BOOST_FIXTURE_TEST_CASE(an_event_is_told_once_and_within_a_second, webhook_stage) {
  start();
  make_events(1);
  pass(1s);
  BOOST_TEST(to->calls.size() == 1u);
  pass(1min, 1s);
  BOOST_TEST(to->calls.size() == 1u);
  BOOST_TEST(event().tries.size() == 1u);
  BOOST_TEST(event().tries[0].status == 204);
}

BOOST_FIXTURE_TEST_CASE(a_failed_call_is_made_again_with_the_same_id_when_its_time_has_come,
                        webhook_stage) {
  to->orders = {failure(500), failure(0)};
  start();
  make_events(1);
  pass(1s);
  BOOST_TEST(to->calls.size() == 1u);
  pass(4s);
  BOOST_TEST(to->calls.size() == 1u);
  pass(3s);
  BOOST_REQUIRE_EQUAL(to->calls.size(), 2u);
  BOOST_TEST(to->calls[0].message_id == to->calls[1].message_id);
  pass(4min, 1s);
  BOOST_TEST(to->calls.size() == 2u);
  pass(2min, 1s);
  BOOST_TEST(to->calls.size() == 3u);
  BOOST_TEST(event().state == delivery_state::delivered);
  BOOST_TEST(event().tries.size() == 3u);
}

BOOST_FIXTURE_TEST_CASE(an_endpoint_that_asks_for_more_time_gets_it, webhook_stage) {
  to->orders = {failure(429, 90s)};
  start();
  make_events(1);
  pass(85s, 1s);
  BOOST_TEST(to->calls.size() == 1u);
  pass(30s, 1s);
  BOOST_TEST(to->calls.size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(after_the_last_try_it_rests_until_somebody_resends_it, webhook_stage) {
  for (int i = 0; i < domain::webhook_tries; ++i)
    to->orders.push_back(failure(500));
  start();
  make_events(1);
  pass(48h, 1min);
  BOOST_TEST(to->calls.size() == 8u);
  BOOST_TEST(event().state == delivery_state::exhausted);
  auto unknown = ask<delivery_resent>(actor, resend_delivery{event().event.id + 1000});
  BOOST_TEST(unknown->code() == errc::not_found);
  auto again = ask<delivery_resent>(actor, resend_delivery{event().event.id});
  BOOST_TEST(again->value.has_value());
  BOOST_TEST(to->calls.size() == 9u);
  BOOST_TEST(event().state == delivery_state::delivered);
  BOOST_TEST(event().tries.size() == 9u);
}

BOOST_FIXTURE_TEST_CASE(what_is_gone_gets_nothing_until_a_test_call_succeeds, webhook_stage) {
  to->orders = {failure(410)};
  start();
  make_events(1);
  pass(1s);
  make_events(2);
  pass(1h, 1s);
  BOOST_TEST(to->calls.size() == 1u);
  BOOST_TEST(event().state == delivery_state::pending);
  to->orders = {failure(503)};
  auto bad = ask<webhook_tested>(actor, test_webhook{});
  BOOST_REQUIRE(bad->value);
  BOOST_TEST(bad->value->answer.status == 503);
  pass(1min, 1s);
  BOOST_TEST(to->calls.size() == 2u);
  auto good = ask<webhook_tested>(actor, test_webhook{});
  BOOST_REQUIRE(good->value);
  BOOST_TEST(good->value->answer.status == 204);
  BOOST_TEST(to->calls[2].type == "webhook.test");
  BOOST_TEST(to->calls[1].message_id != to->calls[2].message_id);
  pass(2s);
  BOOST_TEST(to->calls.size() == 6u);
  for (std::size_t i = 0; i < 3; ++i)
    BOOST_TEST(event(i).state == delivery_state::delivered);
}

BOOST_FIXTURE_TEST_CASE(many_events_are_told_a_few_at_a_time_without_rest, webhook_stage) {
  make_events(50);
  start();
  BOOST_TEST(to->calls.size() == 50u);
  BOOST_TEST(to->most_at_once == 3u);
  BOOST_TEST(event(49).state == delivery_state::delivered);
}

BOOST_FIXTURE_TEST_CASE(the_deliveries_are_listed, webhook_stage) {
  make_events(3);
  start();
  auto page = ask<deliveries_listed>(actor, list_deliveries{{2, 0, {}}});
  BOOST_REQUIRE(page->value);
  BOOST_TEST(page->value->deliveries.size() == 2u);
  world.db.away = true;
  auto away = ask<deliveries_listed>(actor, list_deliveries{});
  BOOST_TEST(away->code() == errc::database_unavailable);
  pass(5s);
  world.db.away = false;
  make_events(1);
  pass(2s);
  BOOST_TEST(to->calls.size() == 4u);
}

BOOST_FIXTURE_TEST_CASE(a_try_that_could_not_be_stored_is_made_again, webhook_stage) {
  struct losing final : fake::fault_plan {
    int left = 1;
    fake::db_fault database(std::string_view what) override {
      return what == "finish_webhook" && left-- > 0 ? fake::db_fault::lost_before
                                                    : fake::db_fault::none;
    }
  } faults;
  world.faults = &faults;
  start();
  make_events(1);
  pass(50s, 1s);
  BOOST_TEST(to->calls.size() == 1u);
  pass(30s, 1s);
  BOOST_REQUIRE_EQUAL(to->calls.size(), 2u);
  BOOST_TEST(to->calls[0].message_id == to->calls[1].message_id);
  BOOST_TEST(event().state == delivery_state::delivered);
  world.faults = &world.no_faults;
}

BOOST_FIXTURE_TEST_CASE(front_passes_on_to_it_or_says_that_there_is_none, webhook_stage) {
  make_events(1);
  front_options o;
  auto without = spawn(front, o);
  BOOST_TEST(ask<deliveries_listed>(without, list_deliveries{})->code() == errc::wrong_state);
  BOOST_TEST(ask<webhook_tested>(without, test_webhook{})->code() == errc::wrong_state);
  o.webhook = actor;
  auto with = spawn(front, o);
  auto page = ask<deliveries_listed>(with, list_deliveries{});
  BOOST_REQUIRE(page->value);
  BOOST_TEST(page->value->deliveries.size() == 1u);
  BOOST_TEST(ask<webhook_tested>(with, test_webhook{})->value.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
