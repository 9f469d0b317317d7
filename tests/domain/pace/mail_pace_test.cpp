#include "domain/pace/mail_pace.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/domain/pace/pace_simulation.hpp"

using namespace bankslip;
using namespace std::chrono_literals;
using tests::pace_world;

namespace {

/// What a provider of `rate` took of what it allows, and refused, after a minute to find out.
struct use {
  double used;
  double refused;
};

use use_of(double rate, std::size_t processes, std::chrono::seconds span, double bucket = 0) {
  auto allowed = std::make_shared<double>(rate);
  pace_world::setup set;
  set.processes = processes;
  pace_world world{std::move(set),
                   bucket > 0 ? tests::by_bucket(allowed, bucket) : tests::by_windows(allowed)};
  world.run(60s);
  auto sums = world.run(span);
  return {static_cast<double>(sums.taken) / (rate * static_cast<double>(span.count())),
          sums.refused_share()};
}

void expect_good(use u) {
  BOOST_TEST(u.used >= 0.97);
  BOOST_TEST(u.refused <= 0.02);
}

domain::pace_options fixed(double rate, double burst = 0) {
  domain::pace_options o;
  o.rate = rate;
  o.burst = burst;
  return o;
}

} // namespace

BOOST_AUTO_TEST_SUITE(mail_pace_test)

BOOST_AUTO_TEST_CASE(the_pace_of_a_provider_that_counts_by_the_second_is_found) {
  for (double rate : {14.0, 50.0, 200.0, 800.0})
    BOOST_TEST_CONTEXT(rate << " a second") { expect_good(use_of(rate, 1, 180s)); }
  BOOST_TEST_CONTEXT("3000 a second") { expect_good(use_of(3'000, 1, 60s)); }
}

BOOST_AUTO_TEST_CASE(the_pace_of_a_provider_with_a_bucket_is_found) {
  BOOST_TEST_CONTEXT("14 a second") { expect_good(use_of(14, 1, 180s, 1)); }
  for (double depth : {1.0, 0.1})
    for (double rate : {200.0, 800.0})
      BOOST_TEST_CONTEXT(rate << " a second, bucket of " << depth << " s") {
        expect_good(use_of(rate, 1, 120s, depth));
      }
}

// Each of them knows only what itself was refused.
BOOST_AUTO_TEST_CASE(processes_that_share_a_provider_find_its_pace_together) {
  for (double rate : {100.0, 200.0, 800.0})
    BOOST_TEST_CONTEXT(rate << " a second") {
      expect_good(use_of(rate, 4, 180s));
      expect_good(use_of(rate, 4, 60s, 1));
    }
}

BOOST_AUTO_TEST_CASE(a_provider_that_changes_its_mind_is_followed) {
  auto allowed = std::make_shared<double>(200);
  pace_world world{{}, tests::by_windows(allowed)};
  world.run(120s);
  *allowed = 50;
  world.run(60s);
  auto less = world.run(60s);
  BOOST_TEST(less.taken >= 0.9 * 50 * 60);
  BOOST_TEST(less.refused_share() <= 0.02);
  *allowed = 100;
  world.run(600s);
  BOOST_TEST(world.run(60s).taken >= 0.9 * 100 * 60);
}

BOOST_AUTO_TEST_CASE(a_provider_that_names_no_pause_is_left_alone_for_longer_each_time) {
  auto allowed = std::make_shared<double>(0);
  pace_world::setup set;
  set.retry_after = 0ms;
  pace_world world{std::move(set), tests::by_windows(allowed)};
  // Three workers, 64 calls each, may be under way at the first refusal.
  BOOST_TEST(world.run(60s).refused < 250u);
  BOOST_TEST(world.run(300s).refused < 30u);
  *allowed = 50;
  world.run(660s);
  BOOST_TEST(world.run(60s).taken > 50u * 60u / 2u);
}

BOOST_AUTO_TEST_CASE(a_rate_that_is_set_is_kept_and_used) {
  auto unlimited = std::make_shared<double>(1e9);
  for (std::size_t processes : {1, 3}) {
    pace_world::setup set;
    set.options = fixed(120);
    set.processes = processes;
    pace_world world{std::move(set), tests::by_windows(unlimited)};
    world.run(1s);
    auto taken = world.run(60s).taken;
    BOOST_TEST(taken >= 0.985 * 120 * 60);
    BOOST_TEST(taken <= 120u * 60u + 1u);
    BOOST_TEST(world.paces[0]->view().limit == domain::pace_limit::setting);
  }
}

BOOST_AUTO_TEST_CASE(a_refusal_at_a_rate_that_is_set_costs_no_more_than_its_pause) {
  auto allowed = std::make_shared<double>(200);
  pace_world::setup set;
  set.options = fixed(200);
  pace_world world{std::move(set), tests::by_windows(allowed)};
  world.run(10s);
  // For a moment it takes less.
  *allowed = 100;
  auto refused = world.run(1s).refused;
  *allowed = 200;
  BOOST_TEST(refused > 0u);
  BOOST_TEST(world.run(20s).taken >= 0.94 * 200 * 20);
  BOOST_TEST(world.run(60s).taken >= 0.96 * 200 * 60);
}

BOOST_AUTO_TEST_CASE(a_rate_that_is_set_too_high_is_lowered_on_the_providers_word) {
  auto allowed = std::make_shared<double>(100);
  pace_world::setup set;
  set.options = fixed(150);
  pace_world world{std::move(set), tests::by_windows(allowed)};
  world.run(60s);
  auto sums = world.run(60s);
  BOOST_TEST(sums.taken >= 0.95 * 100 * 60);
  BOOST_TEST(sums.refused_share() <= 0.02);
  auto view = world.paces[0]->view();
  BOOST_TEST(view.limit == domain::pace_limit::provider);
  BOOST_TEST(view.allowed < 101);
  BOOST_TEST(view.rate > 90);
}

BOOST_AUTO_TEST_CASE(what_was_saved_up_makes_no_waves_for_nothing) {
  pace_world::setup set;
  set.options = fixed(200);
  set.idle = 60s;
  pace_world world{std::move(set), tests::by_windows(std::make_shared<double>(1e9))};
  world.run(60s);
  BOOST_TEST(world.run(20s).taken >= 0.98 * 200 * 20);
  BOOST_TEST(world.empty <= 2u);
}

BOOST_AUTO_TEST_CASE(slow_calls_do_not_slow_the_pace) {
  auto unlimited = std::make_shared<double>(1e9);
  pace_world::setup set;
  set.options = fixed(200);
  set.latency = 400ms;
  pace_world world{std::move(set), tests::by_windows(unlimited)};
  world.run(10s);
  BOOST_TEST(world.run(60s).taken >= 0.97 * 200 * 60);
}

// Calls that are held up and let go together come in with those of the next second.
BOOST_AUTO_TEST_CASE(a_busy_machine_makes_no_second_too_full) {
  pace_world::setup set;
  set.options = fixed(200);
  set.latency = 4ms;
  set.stall = 60ms;
  pace_world world{std::move(set), tests::by_windows(std::make_shared<double>(200))};
  auto sums = world.run(120s);
  BOOST_TEST(sums.taken >= 0.98 * 200 * 120);
  BOOST_TEST(sums.refused <= 1u);
}

// Twenty thousand debts and a provider of two hundred a second.
BOOST_AUTO_TEST_CASE(a_whole_run_is_near_the_limit_also_while_that_is_being_found) {
  const auto run = [](double set_rate, std::chrono::milliseconds retry_after) {
    pace_world::setup set;
    set.options = fixed(set_rate);
    set.latency = 10ms;
    set.retry_after = retry_after;
    pace_world world{std::move(set), tests::by_windows(std::make_shared<double>(200))};
    auto sums = world.run(100s);
    BOOST_TEST(sums.refused_share() <= 0.005);
    return static_cast<double>(sums.taken) / (200 * 100);
  };
  BOOST_TEST(run(200, 1s) >= 0.985);
  BOOST_TEST(run(0, 1s) >= 0.965);
  BOOST_TEST(run(400, 1s) >= 0.965);
  // Its own pauses are longer.
  BOOST_TEST(run(0, 0s) >= 0.94);
  BOOST_TEST(run(400, 0s) >= 0.94);
}

BOOST_FIXTURE_TEST_SUITE(one_pace, pace_world::clock)

BOOST_AUTO_TEST_CASE(a_refusal_pauses_all_and_one_of_before_cuts_no_second_time) {
  domain::mail_pace pace{fixed(100), *this};
  BOOST_TEST((pace.start() == 0ns));
  const auto started = now;
  now += 100ms;
  pace.ended(started, 5s);
  auto cut = pace.view().allowed;
  BOOST_TEST(cut < 100);
  BOOST_TEST(pace.view().limit == domain::pace_limit::retry_after);
  BOOST_TEST((*pace.view().until == utc_now() + 5s));
  now += 100ms;
  pace.ended(started, 3s);
  BOOST_TEST(pace.view().allowed == cut);
  BOOST_TEST((pace.start() >= 4800ms));
  auto none = pace.take(1);
  BOOST_TEST(none.count == 0u);
  // Waves may begin a moment before their calls.
  BOOST_TEST((none.wait >= 4500ms && none.wait < 4900ms));
  now += none.wait;
  BOOST_TEST(pace.take(1).count == 1u);
  BOOST_TEST((pace.start() > 0ns));
  now += 300ms;
  BOOST_TEST((pace.start() == 0ns));
}

BOOST_AUTO_TEST_CASE(refusals_of_calls_under_way_at_once_are_one_without_a_time) {
  domain::mail_pace pace{fixed(100), *this};
  const auto started = now;
  now += 100ms;
  pace.ended(started, 0ms);
  now += 1ms;
  pace.ended(started, 0ms);
  BOOST_TEST((*pace.view().until == utc_now() + 999ms));
}

BOOST_AUTO_TEST_CASE(no_word_of_the_provider_stops_the_mail_for_more_than_an_hour) {
  domain::mail_pace pace{fixed(100), *this};
  pace.start();
  pace.ended(now, 48h);
  now += 1h + 5s;
  BOOST_TEST((pace.start() == 0ns));
}

BOOST_AUTO_TEST_CASE(messages_are_prepared_for_a_quarter_of_a_second) {
  domain::mail_pace pace{fixed(200), *this};
  const auto first = pace.take(1'000);
  BOOST_TEST(first.count >= 50u);
  BOOST_TEST(first.count <= 51u);
  // Those that wait for their calls are as many as can go.
  const auto none = pace.take(1'000);
  BOOST_TEST(none.count == 0u);
  BOOST_TEST((none.wait >= 40ms && none.wait <= 60ms));
  pace.release(first.count);
  BOOST_TEST(pace.take(7).count == 7u);
  // One row is not kept waiting for others.
  now += 5ms;
  BOOST_TEST(pace.take(1).count == 1u);
}

BOOST_AUTO_TEST_CASE(calls_are_spread_and_after_a_rest_no_more_than_the_burst_go_at_once) {
  domain::mail_pace pace{fixed(200, 40), *this};
  const auto go = [&] {
    std::size_t count = 0;
    while (pace.start() == 0ns)
      ++count;
    return count;
  };
  BOOST_TEST(go() == 1u);
  BOOST_TEST((pace.start() > 5ms && pace.start() < 6ms));
  now += 60s;
  BOOST_TEST(go() == 40u);
  now += 50ms;
  BOOST_TEST(go() == 9u);
}

BOOST_AUTO_TEST_CASE(a_rate_that_is_set_leaves_room_for_calls_that_come_in_closer_together) {
  domain::mail_pace pace{fixed(200), *this};
  std::size_t count = 0;
  for (int i = 0; i < 100'000; ++i, now += 100us)
    count += pace.start() == 0ns;
  BOOST_TEST(count >= 1'970u);
  BOOST_TEST(count <= 1'981u);
}

BOOST_AUTO_TEST_CASE(a_share_of_the_partitions_is_that_share_of_the_rate) {
  domain::mail_pace pace{fixed(120), *this};
  pace.share(2, 6);
  BOOST_TEST(pace.view().allowed == 40);
  pace.share(0, 6);
  BOOST_TEST(pace.view().allowed == 40);
  pace.share(6, 6);
  BOOST_TEST(pace.view().allowed == 120);
}

BOOST_AUTO_TEST_CASE(nothing_goes_while_the_schedule_is_closed) {
  domain::pace_options options;
  // The world's clock shows 02:03:20 on a Sunday.
  options.schedule = *domain::send_schedule::parse("sun 03:00-04:00 UTC");
  domain::mail_pace pace{options, *this};
  auto grant = pace.take(5);
  BOOST_TEST(grant.count == 0u);
  BOOST_TEST((grant.wait == 56min + 40s));
  BOOST_TEST(pace.view().limit == domain::pace_limit::schedule);
  BOOST_TEST((*pace.view().until == utc_now() + grant.wait));
  now += grant.wait;
  BOOST_TEST(pace.take(5).count > 0u);
  BOOST_TEST(pace.view().limit == domain::pace_limit::none);
  now += 1h;
  BOOST_TEST(pace.take(5).count == 0u);
}

BOOST_AUTO_TEST_CASE(a_recipients_domain_has_its_own_limit) {
  domain::pace_options options;
  options.domains = *domain::domain_rates::parse("gmail.com=4;slow.com=0.5");
  domain::mail_pace pace{options, *this};
  pace.share(1, 2);
  BOOST_TEST((pace.take_domain("ana@Gmail.com") == 0ms));
  BOOST_TEST((pace.take_domain("bia@gmail.com") == 500ms));
  BOOST_TEST((pace.take_domain("bia@example.com") == 0ms));
  now += 500ms;
  BOOST_TEST((pace.take_domain("bia@gmail.com") == 0ms));
  BOOST_TEST((pace.take_domain("ana@slow.com") == 0ms));
  BOOST_TEST((pace.take_domain("ana@slow.com") == 4s));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
