#include <algorithm>
#include <caf/typed_event_based_actor.hpp>

#include "actors/consumer.hpp"
#include "actors/outbox_relay.hpp"
#include "actors/publisher.hpp"
#include "actors/supervisor.hpp"
#include "telemetry/metrics.hpp"
#include "tests/actors/stage.hpp"

using namespace bankslip;
using namespace bankslip::test;

BOOST_AUTO_TEST_SUITE(kafka_actors_test)

namespace {

/// Faults of producers, one for each batch, and of consumers.
struct sink_script final : fake::fault_plan {
  std::vector<fake::sink_fault> next;
  fake::source_fault of_source = fake::source_fault::none;
  fake::source_fault source() override { return of_source; }
  fake::sink_fault sink() override {
    if (next.empty())
      return fake::sink_fault::none;
    auto fault = next.front();
    next.erase(next.begin());
    return fault;
  }
};

/// A pool that keeps what it gets.
struct idle_pool {
  std::vector<settle_batch> got;
  std::vector<lane_revoked> revoked;
};

pool_actor::behavior_type idle(pool_actor::pointer, std::shared_ptr<idle_pool> p) {
  return {
      [=](const settle_batch& work) { p->got.push_back(work); },
      [](const job_done&) {},
      [=](const lane_revoked& lost) { p->revoked.push_back(lost); },
      [](const job_due&) {},
      [](const replace_worker&) {},
      [](watch_workers) {},
      [](drain) { return drained{}; },
      [](take_pulse) { return pulse{}; },
  };
}

struct kafka_stage : stage {
  kafka_stage() { world.faults = &faults; }

  sink_script faults;
  std::shared_ptr<domain::availability> seen = std::make_shared<domain::availability>();
  std::shared_ptr<idle_pool> jobs = std::make_shared<idle_pool>();
  pool_actor pool = spawn(idle, jobs);

  publisher_options publishing() {
    publisher_options options;
    options.make_sink = [this] { return world.kafka.sink(process); };
    options.poll_wait = 0ms;
    options.poll_pause = 10ms;
    return options;
  }

  consumer_options consuming(std::size_t max_batches = 2) {
    consumer_options options;
    options.seen = seen;
    options.make_source = [this] { return world.kafka.source(process); };
    options.time = &world.time;
    options.max_batches = max_batches;
    options.limits.rows = 3;
    options.poll_pause = 10ms;
    return options;
  }

  static domain::outbound_batch_ptr batch(const std::string& key) {
    auto b = std::make_shared<domain::outbound_batch>();
    b->add(key, "value of " + key);
    return b;
  }

  std::size_t published(const std::string& key) const {
    std::size_t n = 0;
    for (const auto& partition : world.kafka.log)
      for (const auto& r : partition)
        n += r.key == key;
    return n;
  }

  void fill(std::int32_t partition, int count) {
    for (int i = 0; i < count; ++i)
      world.kafka.append(partition, {"k", "v", {}, false, {}, false});
  }

  /// Offsets that no record shows.
  void hide(std::int32_t partition, int count) {
    for (int i = 0; i < count; ++i)
      world.kafka.append(partition, {"", "", {}, false, {}, true});
  }

  void settle(std::size_t index, bool dropped = false) {
    const auto& w = jobs->got.at(index);
    caf::anon_send(w.answer_to,
                   batch_settled{w.batch->partition, w.epoch, w.batch->records.front().offset,
                                 w.batch->records.back().offset, dropped});
    pass(30ms);
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(kafka_actors, kafka_stage)

BOOST_AUTO_TEST_CASE(a_batch_is_answered_on_the_brokers_acknowledgement_only) {
  faults.next = {fake::sink_fault::wait, fake::sink_fault::none};
  auto publisher = spawn(actors::publisher, publishing());
  auto end = ask<batch_published>(publisher, publish_batch{batch("a")});
  pass(10ms);
  BOOST_TEST(end->pending());
  pass(20ms);
  BOOST_TEST(end->value.has_value());
  BOOST_TEST(published("a") == 1u);
}

BOOST_AUTO_TEST_CASE(
    a_fatal_producer_is_replaced_and_only_what_was_not_acknowledged_is_sent_again) {
  auto publisher = spawn(actors::publisher, publishing());
  auto first = ask<batch_published>(publisher, publish_batch{batch("a")});
  pass(50ms);
  BOOST_TEST(first->value.has_value());
  faults.next = {fake::sink_fault::none, fake::sink_fault::fatal_before};
  auto second = ask<batch_published>(publisher, publish_batch{batch("b")});
  auto third = ask<batch_published>(publisher, publish_batch{batch("c")});
  pass(100ms);
  BOOST_TEST(second->value.has_value());
  BOOST_TEST(third->value.has_value());
  for (auto key : {"a", "b", "c"})
    BOOST_TEST(published(key) == 1u, key);
}

BOOST_AUTO_TEST_CASE(a_publisher_whose_producers_keep_dying_ends) {
  faults.next = std::vector<fake::sink_fault>(20, fake::sink_fault::fatal_before);
  auto publisher = spawn(actors::publisher, publishing());
  auto end = ask<batch_published>(publisher, publish_batch{batch("a")});
  pass(1s);
  BOOST_TEST(is_dead(publisher));
  BOOST_TEST(!!end->error);
}

BOOST_AUTO_TEST_CASE(a_drained_publisher_waits_for_acknowledgements_and_takes_nothing_more) {
  faults.next = {fake::sink_fault::wait, fake::sink_fault::wait};
  auto publisher = spawn(actors::publisher, publishing());
  auto last = ask<batch_published>(publisher, publish_batch{batch("a")});
  auto end = ask<drained>(publisher, drain{});
  BOOST_TEST(end->pending());
  BOOST_TEST(
      (ask<batch_published>(publisher, publish_batch{batch("b")})->code() == errc::shutting_down));
  pass(100ms);
  BOOST_TEST(last->value.has_value());
  BOOST_TEST(end->value.has_value());
}

BOOST_AUTO_TEST_CASE(too_many_waiting_batches_are_refused) {
  faults.next = std::vector<fake::sink_fault>(1000, fake::sink_fault::wait);
  auto options = publishing();
  options.max_waiting = 2;
  auto publisher = spawn(actors::publisher, std::move(options));
  errc last = errc::ok;
  for (int i = 0; i < 8; ++i)
    last = ask<batch_published>(publisher, publish_batch{batch("a")})->code();
  BOOST_TEST(last == errc::overloaded);
}

BOOST_AUTO_TEST_CASE(full_lanes_go_first_and_each_in_its_turn) {
  fill(0, 1);
  fill(1, 9);
  fill(2, 9);
  auto consumer = spawn(actors::consumer, consuming(1), pool);
  pass(100ms);
  // One under way, one full batch more that waits for the worker.
  std::vector<std::int32_t> order;
  for (std::size_t i = 0; i < 7; ++i) {
    BOOST_REQUIRE_GT(jobs->got.size(), i);
    order.push_back(jobs->got[i].batch->partition);
    settle(i);
  }
  BOOST_TEST((order == std::vector<std::int32_t>{1, 2, 1, 2, 1, 2, 0}));
}

BOOST_AUTO_TEST_CASE(a_lane_has_one_batch_at_a_time_is_paused_when_full_and_resumed_when_empty) {
  fill(0, 30);
  auto consumer = spawn(actors::consumer, consuming(3), pool);
  pass(100ms);
  BOOST_TEST(jobs->got.size() == 1u);
  fill(0, 3);
  for (std::size_t i = 0; i < 11; ++i) {
    BOOST_REQUIRE_EQUAL(jobs->got.size(), i + 1);
    BOOST_TEST(jobs->got[i].batch->records.size() == 3u);
    settle(i);
  }
  BOOST_TEST(world.kafka.committed[0] == 33);
}

BOOST_AUTO_TEST_CASE(only_settled_batches_are_committed) {
  fill(0, 6);
  auto consumer = spawn(actors::consumer, consuming(), pool);
  pass(100ms);
  BOOST_TEST(world.kafka.committed[0] == 0);
  settle(0);
  BOOST_TEST(world.kafka.committed[0] == 3);
  BOOST_REQUIRE_EQUAL(jobs->got.size(), 2u);
  settle(1, true);
  BOOST_TEST(world.kafka.committed[0] == 3);
}

BOOST_AUTO_TEST_CASE(the_gap_behind_the_last_settled_record_is_committed_with_it) {
  fill(0, 1);
  hide(0, 1);
  auto consumer = spawn(actors::consumer, consuming(), pool);
  pass(100ms);
  BOOST_TEST(world.kafka.committed[0] == 0);
  settle(0);
  BOOST_TEST(world.kafka.committed[0] == 2);
  // An aborted transaction: nothing to settle, yet the end has moved.
  hide(0, 5);
  pass(50ms);
  BOOST_TEST(world.kafka.committed[0] == 7);
}

BOOST_AUTO_TEST_CASE(a_gap_behind_records_that_still_wait_is_committed_with_the_last_of_them) {
  fill(0, 8);
  hide(0, 2);
  auto consumer = spawn(actors::consumer, consuming(), pool);
  pass(100ms);
  // The end comes only after the full lane was resumed.
  std::vector<std::int64_t> committed;
  for (std::size_t i = 0; i < 3; ++i) {
    BOOST_REQUIRE_EQUAL(jobs->got.size(), i + 1);
    settle(i);
    committed.push_back(world.kafka.committed[0]);
  }
  BOOST_TEST((committed == std::vector<std::int64_t>{3, 6, 10}));
}

BOOST_AUTO_TEST_CASE(a_gap_behind_a_batch_that_was_dropped_is_not_committed) {
  fill(0, 3);
  hide(0, 2);
  auto consumer = spawn(actors::consumer, consuming(), pool);
  pass(100ms);
  const auto& w = jobs->got.at(0);
  caf::anon_send(w.answer_to, batch_settled{0, w.epoch, 0, 2, true, 1});
  pass(30ms);
  hide(0, 3);
  pass(100ms);
  BOOST_TEST(world.kafka.committed[0] == 2);
}

BOOST_AUTO_TEST_CASE(a_partition_whose_records_are_lost_stops_and_the_others_go_on) {
  fill(0, 10);
  fill(1, 3);
  world.kafka.committed[0] = 4;
  world.kafka.deleted_below[0] = 8;
  auto consumer = spawn(actors::consumer, consuming(), pool);
  pass(300ms);
  BOOST_TEST(!is_dead(consumer));
  BOOST_REQUIRE_EQUAL(jobs->got.size(), 1u);
  BOOST_TEST(jobs->got[0].batch->partition == 1);
  settle(0);
  BOOST_TEST(world.kafka.committed[1] == 3);
  BOOST_TEST(world.kafka.committed[0] == 4);
  auto reasons = seen->unready_reasons();
  BOOST_REQUIRE_EQUAL(reasons.size(), 1u);
  for (const auto* part : {"topic debts", "partition 0", "committed offset 4",
                           "the log holds 8 to 10", "4 offsets are gone"})
    BOOST_TEST(reasons[0].find(part) != std::string::npos, reasons[0]);
  BOOST_TEST(telemetry::render_metrics().find("bankslip_records_lost{partition=\"0\"} 4")
             != std::string::npos);
  // A person has set the offset, and the partition is assigned anew.
  world.kafka.committed[0] = 8;
  world.kafka.rebalance();
  pass(300ms);
  BOOST_TEST(seen->unready_reasons().empty());
  BOOST_REQUIRE_EQUAL(jobs->got.size(), 2u);
  BOOST_TEST(jobs->got[1].batch->records.front().offset == 8);
}

BOOST_AUTO_TEST_CASE(a_consumer_is_ready_once_it_has_partitions_and_their_lag_is_shown) {
  fill(0, 2);
  world.kafka.away = true;
  auto consumer = spawn(actors::consumer, consuming(), pool);
  pass(300ms);
  BOOST_TEST(!seen->unready_reasons().empty());
  world.kafka.away = false;
  for (int i = 0; i < 100 && !seen->unready_reasons().empty(); ++i)
    pass(10ms);
  BOOST_TEST(seen->unready_reasons().empty());
  auto text = telemetry::render_metrics();
  for (const auto* series : {"consumer_lag{partition=\"0\"} 2", "consumer_lag{partition=\"2\"} 0",
                             "records_lost{partition=\"0\"} 0"})
    BOOST_TEST(text.find(series) != std::string::npos, series);
}

BOOST_AUTO_TEST_CASE(beyond_the_credit_one_full_batch_may_wait_for_a_worker) {
  fill(0, 3);
  fill(1, 3);
  fill(2, 2);
  auto consumer = spawn(actors::consumer, consuming(1), pool);
  pass(100ms);
  BOOST_REQUIRE_EQUAL(jobs->got.size(), 2u);
  settle(0);
  // What is left is not full: it grows until a worker is free.
  BOOST_REQUIRE_EQUAL(jobs->got.size(), 2u);
  settle(1);
  BOOST_REQUIRE_EQUAL(jobs->got.size(), 3u);
  BOOST_TEST(jobs->got[2].batch->partition == 2);
}

BOOST_AUTO_TEST_CASE(headers_count_as_bytes_of_a_batch) {
  const std::vector<domain::record_header> headers{{"trace", std::string(1000, 'h')}};
  for (int i = 0; i < 3; ++i)
    world.kafka.append(0, {"k", "v", {}, false, headers, false});
  auto options = consuming(1);
  options.limits.bytes = 1500;
  auto consumer = spawn(actors::consumer, std::move(options), pool);
  pass(100ms);
  BOOST_REQUIRE(!jobs->got.empty());
  BOOST_TEST(jobs->got[0].batch->records.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_consumer_that_dies_takes_its_waiting_batches_with_it) {
  fill(0, 2);
  auto consumer = spawn(actors::consumer, consuming(1), pool);
  pass(100ms);
  BOOST_REQUIRE_EQUAL(jobs->got.size(), 1u);
  faults.of_source = fake::source_fault::fatal;
  pass(100ms);
  BOOST_TEST(is_dead(consumer));
  BOOST_REQUIRE(!jobs->revoked.empty());
  BOOST_TEST(jobs->revoked[0].epoch == jobs->got[0].epoch);
}

BOOST_AUTO_TEST_CASE(results_of_a_revoked_lane_are_dropped_and_give_their_credit_back) {
  fill(0, 2);
  auto consumer = spawn(actors::consumer, consuming(1), pool);
  pass(100ms);
  BOOST_REQUIRE_EQUAL(jobs->got.size(), 1u);
  world.kafka.rebalance();
  pass(100ms);
  BOOST_REQUIRE_EQUAL(jobs->revoked.size(), 3u);
  BOOST_TEST(jobs->revoked[0].epoch == jobs->got[0].epoch);
  BOOST_TEST(jobs->got.size() == 1u);
  settle(0);
  BOOST_TEST(world.kafka.committed[0] == 0);
  // The lane was assigned anew: its batch comes again, and counts.
  BOOST_REQUIRE_EQUAL(jobs->got.size(), 2u);
  BOOST_TEST(jobs->got[1].epoch > jobs->got[0].epoch);
  settle(1);
  BOOST_TEST(world.kafka.committed[0] == 2);
}

BOOST_AUTO_TEST_CASE(
    a_consumer_that_alone_has_lost_the_database_leaves_its_group_until_it_is_back) {
  constexpr domain::dependency database{domain::dependency_kind::database};
  constexpr std::int32_t foreign = 7;
  std::int64_t position = 0;
  auto options = consuming(1);
  options.read_positions = [&]() -> caf::expected<domain::outage_watch::positions> {
    return domain::outage_watch::positions{{foreign, ++position}};
  };
  fill(0, 6);
  auto consumer = spawn(actors::consumer, options, pool);
  pass(300ms);
  BOOST_REQUIRE_EQUAL(jobs->got.size(), 1u);
  seen->is_away(database, "no route");
  pass(29s);
  // Whoever settles has a database.
  settle(0);
  pass(29s);
  BOOST_TEST(world.kafka.members.size() == 1u);
  BOOST_REQUIRE_EQUAL(jobs->got.size(), 2u);
  pass(10s);
  BOOST_TEST(world.kafka.members.empty());
  BOOST_TEST(jobs->revoked.size() == 3u);
  BOOST_TEST(seen->why_away(domain::dependency_kind::consumer)
             == "has left its group, where others get on: the database is away");
  settle(1, true);
  pass(20s);
  BOOST_TEST(jobs->got.size() == 2u);
  seen->is_there(database);
  pass(1s);
  BOOST_TEST(world.kafka.members.size() == 1u);
  BOOST_TEST(seen->why_away(domain::dependency_kind::consumer) == "");
  BOOST_REQUIRE_EQUAL(jobs->got.size(), 3u);
  settle(2);
  BOOST_TEST(world.kafka.committed[0] == 6);
  // And it can be drained when it has left again.
  seen->is_away(database, "no route");
  pass(40s);
  BOOST_TEST(world.kafka.members.empty());
  auto end = ask<drained>(consumer, drain{});
  pass(1s);
  BOOST_TEST(end->value.has_value());
}

BOOST_AUTO_TEST_CASE(a_drained_consumer_waits_for_its_batches_commits_and_leaves) {
  fill(0, 6);
  auto consumer = spawn(actors::consumer, consuming(), pool);
  pass(100ms);
  auto end = ask<drained>(consumer, drain{});
  pass(50ms);
  BOOST_TEST(end->pending());
  settle(0);
  BOOST_TEST(end->value.has_value());
  BOOST_TEST(world.kafka.committed[0] == 3);
  BOOST_TEST(world.kafka.members.empty());
  BOOST_TEST(jobs->got.size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_a_dropped_batch_has_settled_is_committed) {
  fill(0, 3);
  auto consumer = spawn(actors::consumer, consuming(), pool);
  pass(100ms);
  BOOST_REQUIRE_EQUAL(jobs->got.size(), 1u);
  const auto& w = jobs->got[0];
  auto end = ask<drained>(consumer, drain{});
  caf::anon_send(w.answer_to, batch_settled{0, w.epoch, 0, 2, true, 1});
  pass(30ms);
  BOOST_TEST(end->value.has_value());
  BOOST_TEST(world.kafka.committed[0] == 2);
}

BOOST_AUTO_TEST_CASE(a_consumer_is_not_ready_before_the_lag_of_each_partition_is_seen) {
  world.kafka.bounds_unknown = true;
  auto consumer = spawn(actors::consumer, consuming(), pool);
  run();
  BOOST_TEST(seen->why_away(domain::dependency_kind::consumer) == "waits for its partitions");
  pass(2s);
  BOOST_TEST(seen->why_away(domain::dependency_kind::consumer) == "waits for its partitions");
  world.kafka.bounds_unknown = false;
  pass(300ms);
  BOOST_TEST(seen->why_away(domain::dependency_kind::consumer) == "");
  BOOST_TEST(metric(R"(bankslip_consumer_lag{partition="2"})") == 0);
  // A rebalance later does not take it back.
  world.kafka.bounds_unknown = true;
  pass(2s);
  BOOST_TEST(seen->why_away(domain::dependency_kind::consumer) == "");
}

BOOST_AUTO_TEST_CASE(a_share_is_that_of_all_partitions_which_are_counted_at_each_assignment) {
  using share = std::pair<std::size_t, std::size_t>;
  share told;
  std::size_t partitions = 0;
  auto options = consuming();
  options.partitions = 6;
  options.count_partitions = [&]() -> caf::expected<std::size_t> {
    if (partitions == 0)
      return domain::make_error(errc::broker_unavailable, "away");
    return partitions;
  };
  options.tell_share = [&](std::size_t owned, std::size_t all) { told = {owned, all}; };
  auto consumer = spawn(actors::consumer, options, pool);
  pass(300ms);
  BOOST_TEST((told == share{3, 6}));
  partitions = 8;
  pass(6s);
  BOOST_TEST((told == share{3, 8}));
  // Nobody answers after a rebalance: the last known number stays until somebody does.
  partitions = 0;
  world.kafka.rebalance();
  pass(1s);
  BOOST_TEST((told == share{3, 8}));
  partitions = 12;
  pass(6s);
  BOOST_TEST((told == share{3, 12}));
  partitions = 24;
  world.kafka.rebalance();
  pass(1s);
  BOOST_TEST((told == share{3, 24}));
}

BOOST_AUTO_TEST_CASE(the_outbox_relay_publishes_what_is_due_and_removes_what_was_acknowledged) {
  auto store = world.db.debt_store(process);
  domain::debt d{"a", "Maria", "1", "m@example.com", {5}, *domain::parse_date("2026-12-21")};
  BOOST_REQUIRE(store->create({&d, 1}, {}));
  domain::outbox_entry letter;
  letter.kind = domain::outbox_kind::dead_letter;
  letter.key = "dead";
  letter.value = "as it was";
  world.db.add_outbox(letter);
  auto publisher = spawn(actors::publisher, publishing());
  auto dead = store->open_upload(1s);
  outbox_relay_options options;
  options.make_store = [this] { return world.db.debt_store(process); };
  options.codec = codec;
  options.publisher = caf::actor_cast<publishing_actor>(publisher);
  auto outbox_relay = spawn(actors::outbox_relay, std::move(options));
  pass(2s, 50ms);
  BOOST_TEST(world.kafka.dead_letters.size() == 1u);
  BOOST_TEST(published("a") == 0u);
  BOOST_TEST(store->find_upload(*dead)->state == domain::upload_state::aborted);
  faults.next = {fake::sink_fault::error_before};
  pass(90s, 1s);
  BOOST_TEST(published("a") == 0u);
  BOOST_TEST(world.db.outbox.size() == 1u);
  double oldest = 0;
  for (int i = 0; i < 400; ++i) {
    pass(50ms, 50ms);
    oldest = std::max(oldest, metric("bankslip_outbox_oldest_seconds"));
  }
  BOOST_TEST(published("a") == 1u);
  BOOST_TEST(world.db.outbox.empty());
  // It was due after ten seconds, and published when its claim was over.
  BOOST_TEST(oldest >= 80);
  BOOST_TEST(metric("bankslip_outbox_oldest_seconds") == 0);
}

BOOST_AUTO_TEST_CASE(a_dead_child_is_started_again_later_and_given_up_after_too_many_deaths) {
  int launched = 0;
  std::string given_up;
  supervisor_options options;
  options.launch_publisher = [&] {
    ++launched;
    return spawn(actors::publisher, publishing());
  };
  options.max_deaths = 3;
  options.give_up = [&](const std::string& reason) { given_up = reason; };
  faults.next = std::vector<fake::sink_fault>(1000, fake::sink_fault::fatal_before);
  auto supervisor = spawn(actors::supervisor, std::move(options));
  run();
  BOOST_TEST(launched == 1);
  auto end = ask<batch_published>(supervisor, publish_batch{batch("a")});
  pass(150ms);
  BOOST_TEST(!!end->error);
  BOOST_TEST(launched == 1);
  BOOST_TEST(ask<batch_published>(supervisor, publish_batch{batch("a")})->code()
             == errc::broker_unavailable);
  pass(200ms);
  BOOST_TEST(launched == 2);
  for (int i = 0; i < 3; ++i) {
    ask<batch_published>(supervisor, publish_batch{batch("a")});
    pass(2s);
  }
  BOOST_TEST(launched == 4);
  BOOST_TEST(given_up == "the publisher keeps dying");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
