#include <stdexcept>

#include <caf/typed_event_based_actor.hpp>

#include "actors/pool.hpp"
#include "actors/worker.hpp"
#include "tests/actors/stage.hpp"

using namespace bankslip;
using namespace bankslip::test;

BOOST_AUTO_TEST_SUITE(pool_test)

namespace {

/// Faults by debt and statement, until taken back.
struct pool_faults final : fake::fault_plan {
  std::string crashes_at_mail;
  std::string crashes_at_slip;
  int crashes = 1000;
  int refused_statements = 0;
  fake::mail_fault mail(const domain::email_job& job) override {
    if (job.content->debt_id != crashes_at_mail || crashes-- <= 0)
      return fake::mail_fault::none;
    return fake::mail_fault::crash;
  }
  fake::slip_fault slip(const domain::debt& d) override {
    if (d.debt_id != crashes_at_slip || crashes-- <= 0)
      return fake::slip_fault::none;
    return fake::slip_fault::crash;
  }
  fake::db_fault database(std::string_view) override {
    return refused_statements-- > 0 ? fake::db_fault::lost_before : fake::db_fault::none;
  }
};

/// A worker that hangs: it answers nothing.
worker_actor::behavior_type hanging(worker_actor::pointer, int) {
  return {[](const run_job&) {}};
}

settled_sink_actor::behavior_type note_settled(settled_sink_actor::pointer,
                                               std::shared_ptr<std::vector<batch_settled>> out) {
  return {[=](const batch_settled& s) { out->push_back(s); }};
}

struct pool_stage : stage {
  pool_stage() { world.faults = &faults; }

  pool_faults faults;
  domain::settle_options settling;
  std::shared_ptr<std::vector<batch_settled>> settled =
      std::make_shared<std::vector<batch_settled>>();
  settled_sink_actor sink = spawn(note_settled, settled);
  int launched = 0;
  int interrupts = 0;
  std::string given_up;
  std::shared_ptr<domain::availability> seen = std::make_shared<domain::availability>();
  pool_actor pool;

  launched_worker launch(std::size_t slot, pool_actor of) {
    ++launched;
    worker_ports ports;
    ports.store = world.db.settlement_store(process);
    ports.boletos = world.slips.service(process);
    ports.emails = world.mail.service(process);
    ports.codec = codec;
    ports.time = &world.time;
    launched_worker out;
    out.handle = spawn(actors::worker, slot, std::move(of), std::move(ports), settling, 0);
    out.interrupt = [] {};
    return out;
  }

  pool_options options(std::size_t workers = 1) {
    pool_options o;
    o.workers = workers;
    o.seen = seen;
    o.launch = [this](std::size_t slot, pool_actor of) { return launch(slot, std::move(of)); };
    o.give_up = [this](const std::string& reason) { given_up = reason; };
    o.time = &world.time;
    o.jitter_seed = 1;
    return o;
  }

  /// Of workers whose answers the test gives itself.
  pool_options hanging_options() {
    auto o = options();
    o.launch = [this](std::size_t, pool_actor) {
      launched_worker out;
      out.handle = spawn(hanging, 0);
      out.interrupt = [this] { ++interrupts; };
      return out;
    };
    return o;
  }

  void start(pool_options o) {
    pool = spawn(actors::pool, std::move(o));
    run();
  }

  domain::inbound_batch_ptr batch(int count, std::int32_t partition = 0,
                                  const std::string& prefix = "n") {
    auto b = std::make_shared<domain::inbound_batch>();
    b->partition = partition;
    for (int i = 0; i < count; ++i) {
      domain::debt d{prefix + std::to_string(i),       "Maria", "1", "m@example.com", {5},
                     *domain::parse_date("2026-12-21")};
      std::string text;
      codec->encode(d, text);
      b->add(i, d.debt_id, text);
    }
    return b;
  }

  void give(const domain::inbound_batch_ptr& b, std::uint64_t epoch = 1) {
    caf::anon_send(pool, settle_batch{sink, epoch, b});
    run();
  }

  int with(domain::debt_status s) const {
    int n = 0;
    for (const auto& [id, row] : world.db.rows)
      n += row.status == s;
    return n;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(the_pool, pool_stage)

BOOST_AUTO_TEST_CASE(a_batch_is_settled_and_its_credit_returned) {
  start(options());
  give(batch(3));
  BOOST_REQUIRE_EQUAL(settled->size(), 1u);
  BOOST_TEST(settled->front().last_offset == 2);
  BOOST_TEST(!settled->front().dropped);
  BOOST_TEST(with(domain::debt_status::emailed) == 3);
}

BOOST_AUTO_TEST_CASE(a_crashed_worker_is_replaced_and_its_batch_done_again) {
  faults.crashes_at_mail = "n1";
  faults.crashes = 1;
  start(options());
  give(batch(3));
  BOOST_TEST(settled->empty());
  BOOST_TEST(launched == 1);
  pass(1s);
  BOOST_TEST(launched == 2);
  BOOST_REQUIRE_EQUAL(settled->size(), 1u);
  BOOST_TEST(with(domain::debt_status::emailed) == 3);
  for (const auto& [id, n] : world.mail.effective_by_debt)
    BOOST_TEST(n == 1, id);
}

BOOST_AUTO_TEST_CASE(
    a_batch_is_halved_until_the_poisonous_record_stands_alone_and_is_dead_lettered) {
  faults.crashes_at_slip = "n5";
  start(options());
  give(batch(8));
  pass(60s, 50ms);
  BOOST_REQUIRE_EQUAL(settled->size(), 1u);
  BOOST_TEST(with(domain::debt_status::emailed) == 7);
  BOOST_REQUIRE(world.db.rows.contains("n5"));
  const auto& poisonous = world.db.rows.find("n5")->second;
  BOOST_TEST(poisonous.status == domain::debt_status::failed);
  BOOST_TEST(poisonous.failure == "worker crashed: slips: a bug in the slip client");
  BOOST_TEST(world.db.outbox.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_record_that_crashes_while_mailing_is_in_doubt) {
  faults.crashes_at_mail = "n2";
  start(options());
  give(batch(4));
  pass(60s, 50ms);
  BOOST_REQUIRE_EQUAL(settled->size(), 1u);
  BOOST_TEST(with(domain::debt_status::emailed) == 3);
  BOOST_TEST(with(domain::debt_status::in_doubt) == 1);
  BOOST_TEST(world.db.rows.find("n2")->second.failure
             == "worker crashed mailing: emails: a bug in the mail client");
}

BOOST_AUTO_TEST_CASE(
    a_batch_that_failed_by_a_value_is_repeated_with_growing_delay_by_the_same_worker) {
  faults.refused_statements = 4;
  start(options());
  give(batch(2));
  BOOST_TEST(settled->empty());
  pass(5s);
  BOOST_TEST(launched == 1);
  BOOST_REQUIRE_EQUAL(settled->size(), 1u);
  BOOST_TEST(with(domain::debt_status::emailed) == 2);
}

BOOST_AUTO_TEST_CASE(a_lane_whose_batch_fails_for_a_minute_is_away_with_the_last_error) {
  faults.refused_statements = 1'000'000;
  start(options());
  give(batch(2, 3));
  pass(55s, 100ms);
  BOOST_TEST(seen->unready_reasons().empty());
  pass(15s, 100ms);
  const auto why = seen->why_away(domain::dependency_kind::lane);
  BOOST_TEST(why.starts_with("has not got on for 6"), why);
  BOOST_TEST(why.find("database unavailable: ") != std::string::npos, why);
  BOOST_REQUIRE_EQUAL(seen->unready_reasons().size(), 1u);
  BOOST_TEST(seen->unready_reasons()[0].starts_with("lane 3: "));
  faults.refused_statements = 0;
  pass(6s, 100ms);
  BOOST_TEST(settled->size() == 1u);
  BOOST_TEST(seen->unready_reasons().empty());
}

BOOST_AUTO_TEST_CASE(a_lane_that_is_revoked_is_no_longer_away) {
  faults.refused_statements = 1'000'000;
  start(options());
  give(batch(2), 7);
  pass(70s, 100ms);
  BOOST_TEST(seen->unready_reasons().size() == 1u);
  caf::anon_send(pool, lane_revoked{0, 7});
  run();
  BOOST_TEST(seen->unready_reasons().empty());
}

BOOST_AUTO_TEST_CASE(a_lane_whose_worker_does_not_answer_is_away_after_a_minute) {
  start(hanging_options());
  give(batch(1));
  pass(54s, 1s);
  BOOST_TEST(seen->unready_reasons().empty());
  pass(13s, 1s);
  BOOST_TEST(seen->why_away(domain::dependency_kind::lane).ends_with("its worker does not answer"));
}

BOOST_AUTO_TEST_CASE(a_lane_that_waits_for_its_turn_behind_one_that_gets_on_is_not_away) {
  start(hanging_options());
  give(batch(200, 0));
  give(batch(1, 1), 2);
  for (std::size_t next = 1; next < 30; ++next) {
    pass(8s, 1s);
    caf::anon_send(pool, job_done{0, next == 1 ? 1 : next + 1, next, {}});
    run();
    BOOST_TEST(seen->unready_reasons().empty());
  }
  // Once that one hangs, both are.
  pass(70s, 1s);
  BOOST_TEST(seen->unready_reasons().size() == 2u);
}

BOOST_AUTO_TEST_CASE(what_waits_for_a_revoked_lane_is_dropped_and_its_credit_returned) {
  faults.refused_statements = 1000;
  start(options());
  give(batch(2, 0, "a"), 7);
  give(batch(2, 1, "b"), 8);
  caf::anon_send(pool, lane_revoked{0, 7});
  run();
  BOOST_REQUIRE_EQUAL(settled->size(), 1u);
  BOOST_TEST(settled->front().dropped);
  BOOST_TEST(settled->front().epoch == 7u);
  faults.refused_statements = 0;
  pass(10s);
  BOOST_REQUIRE_EQUAL(settled->size(), 2u);
  BOOST_TEST(!settled->back().dropped);
  BOOST_TEST(!world.db.rows.contains("a0"));
}

BOOST_AUTO_TEST_CASE(a_batch_of_several_turns_is_settled_whole_and_answered_once) {
  settling.max_rows = 2;
  settling.turn = 0ms;
  start(options());
  give(batch(5));
  BOOST_REQUIRE_EQUAL(settled->size(), 1u);
  BOOST_TEST(settled->front().last_offset == 4);
  BOOST_TEST(!settled->front().dropped);
  BOOST_TEST(with(domain::debt_status::emailed) == 5);
  BOOST_TEST(launched == 1);
}

BOOST_AUTO_TEST_CASE(a_drain_between_two_turns_drops_the_rest) {
  start(hanging_options());
  give(batch(5));
  auto end = ask<drained>(pool, drain{});
  BOOST_TEST(end->pending());
  caf::anon_send(pool, job_done{0, 1, 2, {}});
  run();
  BOOST_TEST(end->value.has_value());
  BOOST_REQUIRE_EQUAL(settled->size(), 1u);
  BOOST_TEST(settled->front().dropped);
  BOOST_TEST(settled->front().settled_through == 1);
}

BOOST_AUTO_TEST_CASE(a_slow_batch_that_goes_on_is_not_taken_for_a_stuck_one) {
  auto o = hanging_options();
  o.job_deadline = 10s;
  start(std::move(o));
  give(batch(9));
  for (std::size_t next = 1; next < 9; ++next) {
    pass(8s, 1s);
    caf::anon_send(pool, job_done{0, next, next, {}});
    run();
  }
  BOOST_TEST(interrupts == 0);
  BOOST_TEST(settled->empty());
}

BOOST_AUTO_TEST_CASE(a_drain_drops_what_waits_and_answers_when_nobody_is_busy) {
  faults.refused_statements = 1000;
  start(options());
  give(batch(2));
  auto end = ask<drained>(pool, drain{});
  BOOST_TEST(end->value.has_value());
  BOOST_REQUIRE_EQUAL(settled->size(), 1u);
  BOOST_TEST(settled->front().dropped);
}

BOOST_AUTO_TEST_CASE(a_drain_waits_for_a_busy_worker) {
  start(hanging_options());
  give(batch(2));
  auto end = ask<drained>(pool, drain{});
  BOOST_TEST(end->pending());
  caf::anon_send(pool, job_done{0, 1, 2, {}});
  run();
  BOOST_TEST(end->value.has_value());
  BOOST_TEST(!settled->back().dropped);
}

BOOST_AUTO_TEST_CASE(a_stuck_worker_is_interrupted_and_then_the_process_is_given_up) {
  auto o = hanging_options();
  o.job_deadline = 10s;
  start(std::move(o));
  give(batch(1));
  pass(9s, 100ms);
  BOOST_TEST(interrupts == 0);
  pass(3s, 100ms);
  BOOST_TEST(interrupts == 1);
  BOOST_TEST(given_up.empty());
  pass(10s, 100ms);
  BOOST_TEST(interrupts == 1);
  BOOST_TEST(given_up == "a worker hangs");
}

BOOST_AUTO_TEST_CASE(a_worker_that_cannot_be_started_is_tried_again) {
  auto o = options();
  int tries = 0;
  o.launch = [this, &tries](std::size_t slot, pool_actor of) {
    if (++tries < 3)
      throw std::runtime_error{"no thread"};
    return launch(slot, std::move(of));
  };
  start(std::move(o));
  give(batch(1));
  BOOST_TEST(settled->empty());
  pass(2s);
  BOOST_TEST(tries == 3);
  BOOST_TEST(settled->size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
