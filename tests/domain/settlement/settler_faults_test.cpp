#include "tests/domain/settlement/settler_fixture.hpp"

using namespace bankslip::test;
using bankslip::fake::db_fault;
using bankslip::fake::mail_fault;
using bankslip::fake::slip_fault;

BOOST_AUTO_TEST_SUITE(settler_faults_test)

namespace {

/// The process dies when it is about to do `statement`.
struct killer final : bankslip::fake::interleaving {
  owner* victim = nullptr;
  bankslip::fake::world* world = nullptr;
  int after = 0;
  void pause() override {
    if (victim != nullptr && --after < 0)
      world->kill(*victim->process);
  }
};

struct crash_fixture : settler_fixture {
  killer death;
  crash_fixture() {
    world.turns = &death;
    death.world = &world;
  }
  /// Answers whether the owner was killed at the `steps`th call of its work.
  bool killed_at(owner& o, const inbound_batch& b, int steps) {
    death.victim = &o;
    death.after = steps;
    auto died = false;
    try {
      settle(o, b);
    } catch (const bankslip::fake::killed&) {
      died = true;
    }
    death.victim = nullptr;
    return died;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(settling_under_faults, crash_fixture)

BOOST_AUTO_TEST_CASE(
    a_process_killed_at_any_call_leaves_work_that_the_next_one_ends_with_one_mail) {
  for (bool local : {true, false})
    for (int steps = 0; steps < 30; ++steps) {
      crash_fixture f;
      f.world.slips.local = local;
      auto up = f.open_upload(3);
      owner first{f.world};
      auto b = f.of({sample("a"), sample("b"), sample("a")}, 0, 0, up);
      auto died = f.killed_at(first, b, steps);
      owner second{f.world};
      settle(second, b);
      BOOST_TEST_CONTEXT("killed at call " << steps) {
        BOOST_TEST(f.is("a", debt_status::emailed));
        BOOST_TEST(f.mails("a") == 1);
        BOOST_TEST(f.mails("b") == 1);
        BOOST_TEST(f.world.db.read_upload(up).emailed == 2);
        BOOST_TEST(f.world.db.read_upload(up).duplicates == 1);
        BOOST_TEST(f.world.db.nothing_is_open());
      }
      if (!died) {
        BOOST_TEST(steps >= 9);
        break;
      }
    }
}

BOOST_AUTO_TEST_CASE(past_the_window_what_a_dead_owner_may_have_sent_is_in_doubt) {
  world.mail.window = 60s;
  owner first{world};
  auto b = of({sample("a"), sample("b")});
  // Intent, begin, copy, intents of others, then the first mail.
  BOOST_TEST(killed_at(first, b, 5));
  BOOST_TEST(mails("a") == 1);
  world.time.advance(2min);
  owner second{world};
  settle(second, b);
  BOOST_TEST(is("a", debt_status::in_doubt));
  BOOST_TEST(is("b", debt_status::in_doubt));
  BOOST_TEST(mails("a") == 1);
}

BOOST_AUTO_TEST_CASE(a_call_that_may_be_done_past_the_window_is_not_made) {
  for (auto longest_call : {0s, 10s}) {
    crash_fixture f;
    f.world.mail.window = 80s;
    f.world.mail.longest_call = longest_call;
    owner first{f.world};
    auto b = f.of({sample("a")});
    BOOST_TEST(f.killed_at(first, b, 5));
    f.world.time.advance(45s);
    owner second{f.world};
    f.settle(second, b);
    BOOST_TEST(f.is("a", longest_call == 0s ? debt_status::emailed : debt_status::in_doubt));
    BOOST_TEST(f.mails("a") == 1);
  }
}

BOOST_AUTO_TEST_CASE(without_a_window_the_lease_of_a_dead_owner_is_awaited) {
  world.mail.window = 0s;
  owner first{world};
  auto b = of({sample("a")});
  BOOST_TEST(killed_at(first, b, 5));
  owner second{world};
  BOOST_TEST(fails(second, b) == errc::contended);
  BOOST_TEST(fails(second, b, true) == errc::contended);
  world.time.advance(31s);
  settle(second, b, true);
  BOOST_TEST(is("a", debt_status::in_doubt));
  BOOST_TEST(mails("a") == 1);
  BOOST_TEST(world.db.nothing_is_open());
}

BOOST_AUTO_TEST_CASE(a_slip_put_off_does_not_forget_that_a_dead_owner_may_have_mailed) {
  world.slips.local = false;
  world.mail.window = 60s;
  auto b = of({sample("a")});
  owner first{world};
  for (int steps = 0; mails("a") == 0; ++steps) {
    owner o{world};
    killed_at(o, b, steps);
  }
  BOOST_REQUIRE(!world.db.rows.contains("a"));
  faults.slips["a"] = {slip_fault::unavailable};
  owner second{world};
  settle(second, b);
  BOOST_TEST(is("a", debt_status::imported));
  settle(second, swept(10));
  BOOST_TEST(mails("a") == 1);
  BOOST_TEST(is("a", debt_status::in_doubt));
}

BOOST_AUTO_TEST_CASE(a_dead_lettered_record_that_a_dead_owner_may_have_mailed_is_in_doubt) {
  owner first{world};
  auto b = of({sample("a")});
  BOOST_TEST(killed_at(first, b, 5));
  BOOST_TEST(mails("a") == 1);
  owner second{world};
  BOOST_REQUIRE(!second.work.dead_letter(b, 0, {"a bug", false}));
  BOOST_TEST(is("a", debt_status::in_doubt));
}

BOOST_AUTO_TEST_CASE(a_dead_lettered_record_whose_crashes_were_all_harmless_is_failed) {
  faults.slips["a"] = {slip_fault::crash, slip_fault::crash};
  auto b = of({sample("a")});
  for (int i = 0; i < 2; ++i) {
    owner o{world};
    BOOST_CHECK_THROW(settle(o, b), std::runtime_error);
  }
  BOOST_TEST(world.db.intents.empty());
  owner last{world};
  BOOST_REQUIRE(!last.work.dead_letter(b, 0, {"a bug", false}));
  BOOST_TEST(is("a", debt_status::failed));
}

// What the simulation found at seed 70438826.
BOOST_AUTO_TEST_CASE(crashes_before_mailing_do_not_hide_an_earlier_mail) {
  auto b = of({sample("a")});
  owner first{world};
  BOOST_TEST(killed_at(first, b, 5));
  BOOST_TEST(mails("a") == 1);
  faults.slips["a"] = {slip_fault::crash, slip_fault::crash};
  for (int i = 0; i < 2; ++i) {
    owner o{world};
    BOOST_CHECK_THROW(settle(o, b), std::runtime_error);
  }
  owner last{world};
  BOOST_REQUIRE(!last.work.dead_letter(b, 0, {"a bug", false}));
  BOOST_TEST(is("a", debt_status::in_doubt));
}

BOOST_AUTO_TEST_CASE(a_dead_lettered_record_is_failed_or_in_doubt_and_dead_lettered) {
  owner o{world};
  auto b = of({sample("a"), sample("b"), sample("c")});
  BOOST_REQUIRE(!o.work.dead_letter(b, 0, {"a bug", false}));
  BOOST_REQUIRE(!o.work.dead_letter(b, 1, {"a bug", true}));
  BOOST_TEST(is("a", debt_status::failed));
  BOOST_TEST(is("b", debt_status::in_doubt));
  BOOST_TEST(row("a").failure == "a bug");
  BOOST_TEST(world.db.outbox.size() == 2u);
  BOOST_TEST(mails("a") == 0);
  // A settled one stays what it is.
  settle(o, of({sample("c")}, 2));
  BOOST_REQUIRE(!o.work.dead_letter(b, 2, {"a bug", false}));
  BOOST_TEST(is("c", debt_status::emailed));
}

BOOST_AUTO_TEST_CASE(attempts_shrink_waves_and_a_poisonous_record_is_dead_lettered_alone) {
  settle_options options;
  options.max_rows = 64;
  auto b = batch();
  for (int i = 0; i < 10; ++i)
    add(b, sample("n" + std::to_string(i)), i);
  // The process dies whenever it mails n4.
  faults.mails["n4"] = std::vector<mail_fault>(40, mail_fault::crash);
  int deaths = 0;
  for (; deaths < 20; ++deaths) {
    owner o{world, options};
    auto died = false;
    try {
      settle(o, b);
    } catch (const std::runtime_error&) {
      died = true;
    }
    if (!died)
      break;
    world.kill(*o.process);
  }
  BOOST_TEST(deaths < 10);
  for (int i = 0; i < 10; ++i) {
    auto id = "n" + std::to_string(i);
    BOOST_TEST(is(id, i == 4 ? debt_status::in_doubt : debt_status::emailed), id);
    BOOST_TEST(mails(id) == (i == 4 ? 0 : 1));
  }
  BOOST_TEST(world.db.nothing_is_open());
}

BOOST_AUTO_TEST_CASE(a_commit_whose_answer_is_lost_is_found_done) {
  faults.statements["settle"] = {db_fault::lost_after};
  owner o{world};
  auto b = of({sample("a")});
  BOOST_TEST(fails(o, b) == errc::database_unavailable);
  settle(o, b, true);
  BOOST_TEST(is("a", debt_status::emailed));
  BOOST_TEST(mails("a") == 1);
  BOOST_TEST(world.db.nothing_is_open());
}

BOOST_AUTO_TEST_CASE(an_intent_that_could_not_be_dropped_is_dropped_before_the_next_batch) {
  faults.statements["begin"] = {db_fault::lost_before};
  faults.statements["drop_intent"] = {db_fault::lost_before};
  world.mail.window = 0s;
  owner o{world};
  auto b = of({sample("a")});
  BOOST_TEST(fails(o, b) == errc::database_unavailable);
  BOOST_TEST(world.db.intents.size() == 1u);
  settle(o, b, true);
  BOOST_TEST(is("a", debt_status::emailed));
  BOOST_TEST(world.db.nothing_is_open());
}

BOOST_AUTO_TEST_CASE(an_owner_whose_intent_was_removed_writes_nothing) {
  faults.mails["a"] = {mail_fault::none};
  owner o{world};
  auto b = of({sample("a")});
  struct remover final : bankslip::fake::interleaving {
    bankslip::fake::world* world = nullptr;
    void pause() override {
      if (!world->mail.ledger.empty())
        world->db.intents.clear();
    }
  } thief;
  thief.world = &world;
  world.turns = &thief;
  BOOST_TEST(fails(o, b) == errc::intent_lost);
  BOOST_TEST(world.db.rows.empty());
}

BOOST_AUTO_TEST_CASE(an_intent_lost_before_anything_was_sent_puts_nothing_in_doubt) {
  world.mail.window = 0s;
  owner o{world};
  auto b = of({sample("a")});
  struct zombie final : bankslip::fake::interleaving {
    bankslip::fake::world* world = nullptr;
    void pause() override {
      // Whoever lost the partition settles a later range, once.
      if (world->db.superseded.empty() && !world->db.intents.empty())
        world->db.superseded.insert(world->db.intents.begin()->first);
    }
  } late;
  late.world = &world;
  world.turns = &late;
  BOOST_TEST(fails(o, b) == errc::intent_lost);
  BOOST_TEST(world.mail.ledger.empty());
  BOOST_TEST(world.db.intents.empty());
  world.turns = &world.no_turns;
  settle(o, b, true);
  BOOST_TEST(is("a", debt_status::emailed));
}

// Without a provider's window: three faults, and nobody takes the debt up for minutes.
BOOST_AUTO_TEST_CASE(a_later_wave_of_a_zombie_does_not_make_an_email_forgotten) {
  world.mail.window = 0s;
  owner zombie{world};
  owner newer{world};
  owner last{world};
  faults.mails["a"] = {bankslip::fake::mail_fault::not_sent};
  settle(zombie, of({sample("a")}, 0));
  BOOST_TEST(is("a", debt_status::generated));
  faults.statements["settle"] = {db_fault::lost_before};
  BOOST_TEST(fails(newer, of({sample("a")}, 0)) == errc::database_unavailable);
  BOOST_TEST(mails("a") == 1);
  settle(zombie, of({sample("z")}, 1));
  BOOST_TEST(world.db.superseded.size() == 1);
  world.time.advance(10min);
  BOOST_REQUIRE(!store->expire_leases());
  settle(last, of({sample("a")}, 0));
  BOOST_TEST(is("a", debt_status::in_doubt));
  BOOST_TEST(mails("a") == 1);
  // It has told all that it had to tell.
  BOOST_REQUIRE(!store->expire_leases());
  BOOST_TEST(world.db.intents.empty());
}

BOOST_AUTO_TEST_CASE(rows_of_a_failed_batch_keep_their_attempts) {
  faults.statements["copy"] = std::vector<db_fault>(6, db_fault::conflict);
  faults.statements["drop_intent"] = std::vector<db_fault>(6, db_fault::lost_before);
  owner o{world};
  auto b = of({sample("a")});
  for (int i = 0; i < 6; ++i)
    BOOST_TEST(fails(o, b, i > 0) != errc::ok);
  settle(o, b, true);
  BOOST_TEST(is("a", debt_status::emailed));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
