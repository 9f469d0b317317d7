#include "domain/mail_leave.hpp"
#include "tests/domain/settlement/settler_fixture.hpp"

namespace bankslip::test {

namespace {

settle_options part(settle_part p) {
  settle_options out;
  out.part = p;
  return out;
}

/// Gives what it is told to, and remembers what it is told.
struct told_leave final : mail_leave {
  std::size_t count = 100;
  std::size_t calls = 100;
  std::size_t taken = 0, released = 0, started = 0, too_fast = 0;
  std::string closed_domain;
  pace_grant take(std::size_t wanted) override {
    auto n = std::min(wanted, count);
    taken += n;
    return {n, n == 0 ? 700ms : 0ms};
  }
  millis take_domain(std::string_view address) override {
    return !closed_domain.empty() && address.ends_with(closed_domain) ? 3s : 0s;
  }
  void release(std::size_t n) override { released += n; }
  std::chrono::nanoseconds start() override {
    if (started == calls)
      return 700ms;
    ++started;
    return {};
  }
  void ended(time_point, std::optional<millis> refused) override { too_fast += refused ? 1 : 0; }
};

struct mail_stage_fixture : settler_fixture {
  told_leave leave;
  owner slips{world, part(settle_part::slips)};
  owner mailer{world, part(settle_part::mails)};
  /// At the pace of `leave`.
  settler paced{*mailer.store, *mailer.boletos, *mailer.emails,           world.codec,
                world.time,    mailer.stages,   part(settle_part::mails), &leave};

  inbound_batch three() { return of({sample("a"), sample("b"), sample("c")}, 10); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(mail_stage_test, mail_stage_fixture)

BOOST_AUTO_TEST_CASE(slips_are_stored_before_any_email_goes_out) {
  upload = open_upload(3);
  auto b = of({sample("a"), sample("b"), sample("c")}, 0, 0, upload);
  auto report = settle(slips, b);
  BOOST_TEST(report.generated == 3);
  BOOST_TEST(report.emailed == 0);
  BOOST_TEST(report.put_off == 0);
  BOOST_TEST(is("a", debt_status::generated));
  BOOST_TEST(row("a").linha_digitavel == "slip of a");
  BOOST_TEST(mails("a") == 0);
  BOOST_TEST(world.db.outbox.empty());
  BOOST_TEST(world.db.nothing_is_open());
  BOOST_TEST(world.db.read_upload(upload).state == upload_state::processing);

  report = settle(mailer, b);
  BOOST_TEST(report.emailed == 3);
  BOOST_TEST(is("a", debt_status::emailed));
  BOOST_TEST(mails("a") == 1);
  BOOST_TEST(world.db.read_upload(upload).state == upload_state::done);
  BOOST_TEST(world.db.nothing_is_open());
}

BOOST_AUTO_TEST_CASE(what_has_no_slip_or_is_at_its_end_is_passed_by) {
  settle(slips, of({sample("a")}));
  settle(mailer, of({sample("a")}));
  faults.slips["b"] = {fake::slip_fault::unavailable};
  world.slips.local = false;
  settle(slips, of({sample("b")}, 1));
  BOOST_TEST(is("b", debt_status::imported));
  auto report = settle(mailer, of({sample("a"), sample("b"), sample("never stored")}, 0));
  BOOST_TEST(report.emailed == 0);
  BOOST_TEST(mails("a") == 1);
  BOOST_TEST(mails("b") == 0);
  BOOST_TEST(!world.db.rows.contains("never stored"));
}

BOOST_AUTO_TEST_CASE(an_email_that_comes_too_fast_keeps_its_place_and_loses_no_try) {
  auto b = three();
  settle(slips, b);
  faults.mails["b"] = {fake::mail_fault::too_fast};
  auto end = mailer.work.settle(b, 0, 3, false);
  BOOST_TEST(!end.error);
  BOOST_TEST(end.next == 1);
  BOOST_TEST((end.wait == 1s));
  BOOST_TEST(is("a", debt_status::emailed));
  BOOST_TEST(is("c", debt_status::emailed));
  BOOST_TEST(is("b", debt_status::generated));
  BOOST_TEST(row("b").put_offs == 0);
  BOOST_TEST(row("b").failure == "");
  BOOST_TEST(world.db.outbox.empty());
  BOOST_TEST(world.db.nothing_is_open());

  end = mailer.work.settle(b, end.next, 3, false);
  BOOST_TEST(end.next == 3);
  BOOST_TEST(is("b", debt_status::emailed));
  BOOST_TEST(mails("c") == 1);
}

BOOST_AUTO_TEST_CASE(an_email_that_is_not_begun_keeps_its_place_and_its_leave) {
  auto b = three();
  settle(slips, b);
  faults.mails["b"] = {fake::mail_fault::not_begun};
  auto end = paced.settle(b, 0, 3, false);
  BOOST_TEST(end.next == 1);
  BOOST_TEST((end.wait > 0s));
  BOOST_TEST(row("b").put_offs == 0);
  BOOST_TEST(world.db.outbox.empty());
  BOOST_TEST(mails("c") == 1);
  BOOST_TEST(leave.started == 2);
  BOOST_TEST(leave.released == 3);
  BOOST_TEST(world.db.nothing_is_open());
}

BOOST_AUTO_TEST_CASE(calls_that_the_gate_holds_for_long_keep_their_places) {
  auto b = three();
  settle(slips, b);
  leave.calls = 1;
  auto end = paced.settle(b, 0, 3, false);
  BOOST_TEST(!end.error);
  BOOST_TEST(end.next == 1);
  BOOST_TEST((end.wait > 0s));
  BOOST_TEST(mails("a") == 1);
  BOOST_TEST(mails("b") == 0);
  BOOST_TEST(row("b").put_offs == 0);
  BOOST_TEST(leave.released == leave.taken);
  BOOST_TEST(world.db.outbox.empty());
  BOOST_TEST(world.db.nothing_is_open());
  leave.calls = 3;
  BOOST_TEST(paced.settle(b, end.next, 3, false).next == 3);
  BOOST_TEST(mails("c") == 1);
}

BOOST_AUTO_TEST_CASE(a_call_that_is_too_fast_is_told_as_such) {
  auto b = three();
  settle(slips, b);
  faults.mails["b"] = {fake::mail_fault::too_fast};
  BOOST_TEST(paced.settle(b, 0, 3, false).next == 1);
  BOOST_TEST(leave.started == 3);
  BOOST_TEST(leave.too_fast == 1);
}

BOOST_AUTO_TEST_CASE(a_service_that_is_away_is_asked_by_one_email_which_keeps_its_place) {
  auto b = three();
  settle(slips, b);
  world.mail.most_calls = 1;
  faults.mails["a"] = {fake::mail_fault::not_sent, fake::mail_fault::not_sent};
  auto end = paced.settle(b, 0, 3, false);
  BOOST_TEST(row("a").put_offs == 0);
  BOOST_TEST(world.db.outbox.empty());
  BOOST_TEST(end.next == 3);
  BOOST_TEST(mails("a") == 1);
  // Two that failed, and each of the three by itself.
  BOOST_TEST(leave.started == 5);
}

// A provider's word on the pace may be about this one recipient.
BOOST_AUTO_TEST_CASE(an_email_that_is_too_fast_again_and_again_is_put_off) {
  auto b = three();
  settle(slips, b);
  faults.mails["b"].assign(20, fake::mail_fault::too_fast);
  std::size_t next = 0;
  int turns = 0;
  for (; next < 3 && turns < 100; ++turns)
    next = mailer.work.settle(b, next, 3, false).next;
  BOOST_TEST(turns == 20);
  BOOST_TEST(mails("a") == 1);
  BOOST_TEST(mails("b") == 0);
  BOOST_TEST(mails("c") == 1);
  BOOST_TEST(row("b").put_offs == 1);
  BOOST_TEST(world.db.outbox.size() == 1);
}

BOOST_AUTO_TEST_CASE(a_domain_without_leave_holds_up_no_other) {
  auto far = sample("far");
  far.email = "ana@slow.example";
  auto b = of({far, sample("b"), sample("c")}, 10);
  settle(slips, b);
  leave.closed_domain = "slow.example";
  leave.count = 1;
  auto end = paced.settle(b, 0, 3, false);
  BOOST_TEST(end.next == 0);
  BOOST_TEST((end.wait == 3s));
  BOOST_TEST(mails("far") == 0);
  BOOST_TEST(mails("b") == 1);
  BOOST_TEST(mails("c") == 1);
}

BOOST_AUTO_TEST_CASE(no_more_is_begun_than_there_is_leave_for) {
  auto b = three();
  settle(slips, b);
  leave.count = 2;
  BOOST_TEST(paced.settle(b, 0, 1, false).next == 1);
  BOOST_TEST(leave.started == 1);
  leave.count = 0;
  auto end = paced.settle(b, 0, 3, false);
  BOOST_TEST(end.next == 1);
  BOOST_TEST((end.wait == 700ms));
  BOOST_TEST(mails("b") == 0);
  BOOST_TEST(world.db.intents.empty());
  leave.count = 5;
  BOOST_TEST(paced.settle(b, end.next, 3, false).next == 3);
  BOOST_TEST(leave.taken == leave.released);
}

BOOST_AUTO_TEST_CASE(since_when_the_row_at_the_head_of_a_lane_waits_is_noted) {
  settle(slips, of({sample("b")}, 10));
  world.time.advance(1h);
  settle(slips, of({sample("a"), sample("c")}, 11));
  world.time.advance(1h);
  auto b = of({sample("b"), sample("a"), sample("c")}, 10);
  const auto head = [&] { return world.db.lane_heads.at(mail_lane(b.partition)); };
  BOOST_TEST(mailer.work.settle(b, 0, 1, false).next == 1);
  BOOST_TEST((head() == row("b").created_at));
  // The last one is mailed before the one at the head.
  faults.mails["a"] = {fake::mail_fault::too_fast};
  BOOST_TEST(mailer.work.settle(b, 0, 3, false).next == 1);
  BOOST_TEST((head() == row("a").created_at));
  BOOST_TEST(mails("c") == 1);
}

BOOST_AUTO_TEST_CASE(leave_is_given_back_where_nothing_was_sent) {
  auto b = three();
  settle(slips, b);
  faults.statements["begin"] = {fake::db_fault::lost_before};
  BOOST_TEST(code_of(paced.settle(b, 0, 3, false).error) == errc::database_unavailable);
  BOOST_TEST(leave.taken == 3);
  BOOST_TEST(leave.released == 3);
}

BOOST_AUTO_TEST_CASE(a_try_before_the_switch_is_known_to_the_mail_stage) {
  owner before{world};
  auto b = three();
  // It sends all three, and dies before it can say so.
  faults.statements["settle"] = {fake::db_fault::lost_before};
  BOOST_TEST(fails(before, b) == errc::database_unavailable);
  BOOST_TEST(mails("a") == 1);
  settle(slips, b);
  BOOST_TEST(is("a", debt_status::generated));
  BOOST_TEST(row("a").mail_tried_at.has_value());
  world.time.advance(1h);
  settle(mailer, b);
  BOOST_TEST(is("a", debt_status::in_doubt));
  BOOST_TEST(mails("a") == 1);
  BOOST_TEST(world.db.nothing_is_open());
}

BOOST_AUTO_TEST_CASE(a_wave_that_passes_by_an_unfinished_row_covers_no_older_intent) {
  intent_request request;
  request.partition = 0;
  request.last_offset = 2;
  request.fingerprints = {1};
  auto dead = *slips.store->open_intent(request);
  world.slips.local = false;
  faults.slips["b"] = {fake::slip_fault::unavailable};
  auto b = of({sample("a"), sample("b"), sample("c")}, 0);
  settle(slips, b);
  settle(mailer, b);
  BOOST_TEST(is("b", debt_status::imported));
  BOOST_TEST(!world.db.is_covered(dead));
  settle(slips, swept(9));
  // What it leaves for later it does not cover, and then it goes on from there.
  leave.count = 0;
  paced.settle(b, 0, 3, false);
  BOOST_TEST(!world.db.is_covered(dead));
  leave.count = 1;
  paced.settle(b, 0, 3, false);
  BOOST_TEST(is("b", debt_status::emailed));
  BOOST_TEST(world.db.is_covered(dead));
}

BOOST_AUTO_TEST_CASE(slips_do_not_supersede_intents_of_the_mail_stage) {
  auto b = three();
  settle(slips, b);
  // The mail stage dies while it sends.
  faults.statements["settle"] = {fake::db_fault::lost_before};
  BOOST_TEST(fails(mailer, b) == errc::database_unavailable);
  BOOST_TEST(world.db.intents.size() == 1);
  settle(slips, of({sample("d")}, 20));
  BOOST_TEST(world.db.superseded.empty());
  world.time.advance(1h);
  settle(mailer, b);
  BOOST_TEST(is("a", debt_status::in_doubt));
  BOOST_TEST(mails("a") == 1);
}

BOOST_AUTO_TEST_CASE(rows_of_a_stopped_upload_are_held_and_those_behind_them_go_on) {
  upload = open_upload(1);
  auto b = of({sample("a")}, 0, 0, upload);
  add(b, sample("z"), 1);
  settle(slips, b);
  BOOST_TEST(world.db.uploads.at(upload).generated_at.has_value());
  BOOST_REQUIRE(store->set_mail(upload, mail_action::pause));
  auto report = settle(mailer, b);
  BOOST_TEST(report.held == 1);
  BOOST_TEST(is("a", debt_status::generated));
  BOOST_TEST(row("a").held);
  BOOST_TEST(mails("a") == 0);
  BOOST_TEST(mails("z") == 1);
  BOOST_TEST(world.db.read_upload(upload).held == 1);
  BOOST_TEST(world.db.read_upload(upload).state == upload_state::processing);
  // Once is enough.
  BOOST_TEST(settle(mailer, b).held == 0);
  BOOST_TEST(settle(slips, b).generated == 0);

  BOOST_REQUIRE(store->set_mail(upload, mail_action::cancel));
  BOOST_TEST(world.db.read_upload(upload).state == upload_state::done);
  BOOST_TEST(code_of(store->set_mail(upload, mail_action::pause).error()) == errc::wrong_state);

  BOOST_REQUIRE(store->set_mail(upload, mail_action::resume));
  BOOST_REQUIRE(!store->release_held(10));
  BOOST_TEST(!row("a").held);
  auto again = swept(5);
  settle(slips, again);
  settle(mailer, again);
  BOOST_TEST(is("a", debt_status::emailed));
  BOOST_TEST(world.db.read_upload(upload).held == 0);
  BOOST_TEST(world.db.read_upload(upload).state == upload_state::done);
}

BOOST_AUTO_TEST_CASE(a_try_that_may_have_gone_out_is_known_after_a_stop) {
  upload = open_upload(1);
  auto b = of({sample("a")}, 0, 0, upload);
  settle(slips, b);
  faults.statements["settle"] = {fake::db_fault::lost_before};
  BOOST_TEST(fails(mailer, b) == errc::database_unavailable);
  BOOST_REQUIRE(store->set_mail(upload, mail_action::pause));
  settle(mailer, b);
  BOOST_TEST(row("a").held);
  BOOST_TEST(row("a").mail_tried_at.has_value());
  BOOST_REQUIRE(store->set_mail(upload, mail_action::resume));
  BOOST_REQUIRE(!store->release_held(10));
  auto again = swept(5);
  settle(mailer, again);
  BOOST_TEST(is("a", debt_status::in_doubt));
  BOOST_TEST(mails("a") == 1);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace bankslip::test
