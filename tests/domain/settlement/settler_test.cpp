#include "tests/domain/settlement/settler_fixture.hpp"

using namespace bankslip::test;
using bankslip::fake::db_fault;
using bankslip::fake::mail_fault;
using bankslip::fake::slip_fault;

BOOST_AUTO_TEST_SUITE(settler_test)

BOOST_FIXTURE_TEST_SUITE(settling, settler_fixture)

BOOST_AUTO_TEST_CASE(a_new_debt_gets_its_slip_and_one_mail) {
  owner o{world};
  auto r = settle(o, of({sample("a"), sample("b")}));
  BOOST_TEST(r.records == 2u);
  BOOST_TEST(r.generated == 2u);
  BOOST_TEST(r.emailed == 2u);
  BOOST_TEST(is("a", debt_status::emailed));
  BOOST_TEST(row("a").linha_digitavel == "slip of a");
  BOOST_TEST(mails("a") == 1);
  BOOST_TEST(world.db.nothing_is_open());
  BOOST_TEST(world.db.outbox.empty());
  BOOST_TEST(world.db.locks.empty());
}

BOOST_AUTO_TEST_CASE(a_trace_goes_with_its_own_debt_alone) {
  const std::string trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  owner o{world};
  auto b = of({sample("a"), sample("b"), sample("c")});
  b.add_headers(1, {{"traceparent", trace}});
  b.add_headers(2, {{"traceparent", trace}});
  faults.mails["c"] = {mail_fault::refuse};
  BOOST_TEST(settle(o, b).emailed == 2u);
  const std::map<std::string, std::string, std::less<>> wanted{{"b", trace}, {"c", trace}};
  BOOST_TEST((faults.mail_traces == wanted));
  BOOST_REQUIRE(o.stages.traced.size() == 2u);
  BOOST_TEST(o.stages.traced[0] == trace + " b emailed ");
  BOOST_TEST(o.stages.traced[1] == trace + " c failed e-mail service: no such mailbox");
}

// What came in by a file or by POST was looked at there, on the day it came in.
BOOST_AUTO_TEST_CASE(the_policy_holds_for_messages_of_other_producers_alone) {
  settle_options options;
  options.policy = {bankslip::domain::government_id_check::reject,
                    bankslip::domain::due_date_window::reject, &world.time};
  owner o{world, options};
  const auto today = bankslip::domain::brazilian_day(world.time.utc_now());
  auto debt_of = [&](const char* id, std::string_view government_id, int days) {
    auto d = sample(id);
    d.government_id = government_id;
    d.due_date = today + std::chrono::days{days};
    return d;
  };
  const auto good = "71699936609";
  auto up = open_upload(1);
  auto b =
      of({debt_of("good", good, 0), debt_of("late", good, -3'001), debt_of("early", good, 5'501),
          debt_of("edge", good, 5'500), debt_of("wrong", "11111111111", 0)});
  add(b, debt_of("file", "11111111111", -3'001), 5, {up, 0});
  add(b, debt_of("post", "11111111111", -3'001), 6, {}, true);
  auto r = settle(o, b);
  BOOST_TEST(r.emailed == 4u);
  BOOST_TEST(r.unreadable == 3u);
  for (const auto* id : {"good", "edge", "file", "post"})
    BOOST_TEST(mails(id) == 1);
  for (const auto* id : {"late", "early", "wrong"})
    BOOST_TEST(mails(id) == 0);
}

BOOST_AUTO_TEST_CASE(a_turn_ends_after_its_wave_and_the_rest_follows) {
  settle_options options;
  options.max_rows = 2;
  options.turn = 10s;
  owner o{world, options};
  faults.call = 6s;
  auto b = of({sample("a"), sample("b"), sample("c"), sample("d"), sample("e"), sample("f")});
  std::vector<std::size_t> ends;
  for (std::size_t next = 0; next < b.records.size(); ends.push_back(next))
    next = must(o.work.settle(b, next, b.records.size(), false));
  BOOST_TEST(ends.size() > 1u);
  BOOST_TEST(o.stages.sum.emailed == 6u);
  for (const auto* id : {"a", "b", "c", "d", "e", "f"})
    BOOST_TEST(mails(id) == 1);
}

BOOST_AUTO_TEST_CASE(what_is_settled_before_an_error_is_told) {
  settle_options options;
  options.max_rows = 1;
  owner o{world, options};
  auto b = of({sample("a"), sample("b")});
  faults.statements["settle"] = {db_fault::none, db_fault::lost_before};
  auto end = o.work.settle(b, 0, 2, false);
  BOOST_TEST(code_of(end.error) == errc::database_unavailable);
  BOOST_TEST(end.next == 1u);
  BOOST_TEST(o.stages.sum.emailed == 1u);
}

BOOST_AUTO_TEST_CASE(a_dead_letter_that_no_broker_would_take_is_cut) {
  owner o{world};
  auto b = batch();
  b.add(0, "k", std::string(1'040'000, 'x'));
  settle(o, b);
  BOOST_REQUIRE_EQUAL(world.db.outbox.size(), 1u);
  const auto& letter = world.db.outbox.begin()->second.entry;
  BOOST_TEST(letter.value.size() < 900'000u);
  BOOST_TEST(letter.value.size() > 890'000u);
  BOOST_TEST(letter.headers.back().name == "value.size");
  BOOST_TEST(letter.headers.back().value == "1040000");
}

BOOST_AUTO_TEST_CASE(a_dead_letter_has_the_headers_of_its_record_unless_they_are_huge) {
  owner o{world};
  auto b = batch();
  b.add(0, "k", "rubbish");
  b.add_headers(0, {{"trace", "t1"}});
  b.add(1, "k", "rubbish");
  b.add_headers(1, {{"trace", std::string(900'000, 'h')}});
  settle(o, b);
  BOOST_REQUIRE_EQUAL(world.db.outbox.size(), 2u);
  const auto& small = world.db.outbox.begin()->second.entry.headers;
  const auto& huge = world.db.outbox.rbegin()->second.entry.headers;
  BOOST_TEST(small.front().name == "trace");
  BOOST_TEST(huge.front().name == "headers.size");
  BOOST_TEST(huge.front().value == "900005");
}

BOOST_AUTO_TEST_CASE(a_known_debt_is_a_duplicate_or_a_conflict_and_stands) {
  auto up = open_upload(3);
  owner o{world};
  settle(o, of({sample("a")}));
  auto r = settle(o, of({sample("a"), with_amount(sample("a"), 99), sample("b")}, 1, 0, up));
  BOOST_TEST(r.duplicates == 1u);
  BOOST_TEST(r.conflicts == 1u);
  BOOST_TEST(row("a").content.amount.cents == 1250);
  BOOST_TEST(mails("a") == 1);
  auto u = world.db.read_upload(up);
  BOOST_TEST(u.duplicates == 1);
  BOOST_TEST(u.conflicts == 1);
  BOOST_TEST(u.emailed == 1);
  BOOST_TEST(u.state == upload_state::done);
  auto problems = world.db.problems_of(up, -1);
  BOOST_REQUIRE_EQUAL(problems.size(), 1u);
  BOOST_TEST(problems[0].code == "conflict");
  BOOST_TEST(problems[0].error == "stored with other debt_amount; the stored debt stands");
}

BOOST_AUTO_TEST_CASE(of_equal_ids_in_one_batch_the_first_offset_wins) {
  auto up = open_upload(3);
  owner o{world};
  settle(o,
         of({with_amount(sample("a"), 1), with_amount(sample("a"), 2), with_amount(sample("a"), 1)},
            0, 0, up));
  BOOST_TEST(row("a").content.amount.cents == 1);
  auto u = world.db.read_upload(up);
  BOOST_TEST(u.emailed == 1);
  BOOST_TEST(u.duplicates == 1);
  BOOST_TEST(u.conflicts == 1);
  BOOST_TEST(mails("a") == 1);
}

BOOST_AUTO_TEST_CASE(the_same_upload_row_published_twice_counts_once) {
  auto up = open_upload(1);
  owner o{world};
  auto b = batch();
  add(b, sample("a"), 0, {up, 0});
  add(b, sample("a"), 1, {up, 0});
  settle(o, b);
  auto again = batch();
  add(again, sample("a"), 2, {up, 0});
  settle(o, again);
  auto u = world.db.read_upload(up);
  BOOST_TEST(u.emailed == 1);
  BOOST_TEST(u.duplicates == 0);
  BOOST_TEST(u.state == upload_state::done);
}

BOOST_AUTO_TEST_CASE(counters_stay_exact_when_a_partition_comes_again_in_other_batches) {
  auto up = open_upload(6);
  owner first{world};
  settle(first, of({sample("a")}));
  settle(first, of({sample("a"), sample("b"), with_amount(sample("b"), 7)}, 1, 0, up));
  owner second{world};
  auto again = batch();
  add(again, sample("a"), 0);
  add(again, sample("a"), 1, {up, 1});
  settle(second, again);
  settle(second,
         of({sample("b"), with_amount(sample("b"), 7), sample("c"), sample("a"), sample("d")}, 2, 0,
            up));
  auto u = world.db.read_upload(up);
  BOOST_TEST(u.emailed == 3);
  BOOST_TEST(u.duplicates == 2);
  BOOST_TEST(u.conflicts == 1);
  BOOST_TEST(u.generated == 3);
  BOOST_TEST(u.state == upload_state::done);
}

// A topic mirrored from elsewhere has the headers of the uploads there.
BOOST_AUTO_TEST_CASE(a_copied_upload_header_changes_no_counter) {
  auto up = open_upload(2);
  owner o{world};
  settle(o, of({sample("a"), sample("b")}, 0, 0, up));
  auto before = world.db.read_upload(up);
  BOOST_TEST(before.state == upload_state::done);
  auto open = open_upload(5);
  auto other = [&] {
    world.db.topic = "elsewhere";
    auto id = open_upload(5);
    world.db.topic = "debts";
    return id;
  }();
  struct {
    debt content;
    origin from;
  } const copies[] = {
      {sample("n1"), {up, 0}},                    // another debt, a row of the file
      {sample("n2"), {up, 7}},                    // a row that the file does not have
      {sample("a"), {up, 1}},                     // a duplicate
      {with_amount(sample("b"), 1), {up, 0}},     // a conflict
      {sample("n3"), {open, 105}},                // beyond the file's last row
      {sample("n4"), {open, 1'000'000}},          //
      {sample("a"), {open, 200}},                 //
      {with_amount(sample("a"), 2), {open, 300}}, //
      {sample("n5"), {other, 0}},                 // another topic's upload
      {with_amount(sample("n5"), 3), {other, 1}}, //
      {sample("n6"), {other + 1000, 0}},          // no such upload
      {sample("n6"), {other + 1000, 1}},          //
  };
  auto b = batch(1);
  std::int64_t offset = 0;
  for (const auto& c : copies)
    add(b, c.content, offset++, c.from);
  b.add(offset, "k", "rubbish", {up, 1}, false);
  auto r = settle(o, b);
  BOOST_TEST(r.emailed == 6u);
  BOOST_TEST(r.unreadable == 1u);
  for (auto id : {up, open, other}) {
    auto u = world.db.read_upload(id);
    BOOST_TEST(u.emailed == (id == up ? 2 : 0));
    BOOST_TEST(u.generated == u.emailed);
    BOOST_TEST(u.duplicates + u.conflicts + u.failed + u.in_doubt == 0);
    BOOST_TEST(world.db.problems_of(id, -1).empty());
  }
  BOOST_TEST(world.db.read_upload(up).state == upload_state::done);
  for (const auto* id : {"n1", "n2", "n3", "n4", "n5", "n6"}) {
    BOOST_TEST(mails(id) == 1);
    BOOST_TEST(!row(id).from);
  }
}

BOOST_AUTO_TEST_CASE(a_stored_debt_goes_on_from_its_stored_content) {
  auto made = store->create({{sample("a")}}, {});
  BOOST_REQUIRE(made->front().created);
  owner o{world};
  auto b = batch();
  add(b, with_amount(sample("a"), 5), 0, {}, true);
  auto r = settle(o, b);
  BOOST_TEST(r.emailed == 1u);
  BOOST_TEST(is("a", debt_status::emailed));
  BOOST_TEST(row("a").content.amount.cents == 1250);
  BOOST_TEST(mails("a") == 1);
}

BOOST_AUTO_TEST_CASE(a_debt_with_a_slip_goes_on_with_that_slip) {
  faults.mails["a"] = {mail_fault::not_sent};
  owner o{world};
  auto r = settle(o, of({sample("a")}));
  BOOST_TEST(is("a", debt_status::generated));
  BOOST_TEST(row("a").failure == "e-mail service: 503");
  BOOST_TEST(r.put_off == 1u);
  BOOST_TEST(r.put_off_reason == "e-mail service: 503");
  BOOST_TEST(world.slips.calls["a"] == 1);
  settle(o, swept(10));
  BOOST_TEST(is("a", debt_status::emailed));
  BOOST_TEST(row("a").failure.empty());
  BOOST_TEST(world.slips.calls["a"] == 1);
}

BOOST_AUTO_TEST_CASE(a_copy_that_meets_a_known_key_falls_back_and_checks_the_next_16) {
  settle_options options;
  options.max_rows = 1;
  owner o{world, options};
  settle(o, of({sample("known")}));
  BOOST_TEST(faults.calls["find"] == 0);
  settle(o, of({sample("known")}, 1));
  BOOST_TEST(faults.calls["find"] == 1);
  auto b = batch();
  for (int i = 0; i < 20; ++i)
    add(b, sample("n" + std::to_string(i)), 2 + i);
  settle(o, b);
  BOOST_TEST(faults.calls["find"] == 16);
  BOOST_TEST(mails("n19") == 1);
}

BOOST_AUTO_TEST_CASE(what_a_check_has_not_found_is_copied_and_inserted_only_after_a_collision) {
  owner o{world};
  settle(o, of({sample("known")}));
  settle(o, of({sample("known"), sample("a")}, 1));
  BOOST_TEST(faults.calls["copy"] == 3);
  BOOST_TEST(faults.calls["insert"] == 0);
  // Somebody posts "b" between the check and the write.
  faults.before["copy"] = [&] { BOOST_REQUIRE(store->create({{sample("b")}}, {})); };
  settle(o, of({sample("b"), sample("c")}, 3));
  BOOST_TEST(faults.calls["copy"] == 4);
  BOOST_TEST(faults.calls["insert"] == 1);
  for (auto id : {"a", "b", "c"}) {
    BOOST_TEST(is(id, debt_status::emailed));
    BOOST_TEST(mails(id) == 1);
  }
  settle(o, of({sample("d")}, 5));
  BOOST_TEST(faults.calls["copy"] == 5);
  BOOST_TEST(faults.calls["insert"] == 1);
  BOOST_TEST(world.db.intents.empty());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_dead_lettered_and_counted) {
  auto up = open_upload(2);
  owner o{world};
  auto b = batch();
  b.add(0, "k", "rubbish", {up, 0}, false);
  add(b, sample("a"), 1, {up, 1});
  for (int again = 0; again < 2; ++again) {
    auto r = settle(o, b);
    BOOST_TEST(r.unreadable == 1u);
  }
  auto u = world.db.read_upload(up);
  BOOST_TEST(u.failed == 1);
  BOOST_TEST(u.emailed == 1);
  const auto& letter = world.db.outbox.begin()->second.entry;
  BOOST_TEST(letter.kind == outbox_kind::dead_letter);
  BOOST_TEST(letter.value == "rubbish");
  BOOST_TEST(letter.headers[2].name == "error.code");
  BOOST_TEST(letter.headers[2].value == "unreadable");
  BOOST_TEST(world.db.problems_of(up, -1).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_batch_of_rubbish_alone_is_settled) {
  owner o{world};
  auto b = batch();
  b.add(0, "", "", {}, false);
  auto r = settle(o, b);
  BOOST_TEST(r.unreadable == 1u);
  BOOST_TEST(world.db.outbox.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_refused_mail_fails_its_row_only) {
  auto up = open_upload(2);
  faults.mails["a"] = {mail_fault::refuse};
  owner o{world};
  settle(o, of({sample("a"), sample("b")}, 0, 0, up));
  BOOST_TEST(is("a", debt_status::failed));
  BOOST_TEST(row("a").failure == "e-mail service: no such mailbox");
  BOOST_TEST(is("b", debt_status::emailed));
  auto u = world.db.read_upload(up);
  BOOST_TEST(u.failed == 1);
  BOOST_TEST(u.generated == 2);
  BOOST_TEST(world.db.outbox.size() == 1u);
  BOOST_TEST(world.db.outbox.begin()->second.entry.kind == outbox_kind::dead_letter);
  // Retried with another attempt and key.
  BOOST_REQUIRE(store->retry("a", "new@example.com"));
  settle(o, swept(10));
  BOOST_TEST(is("a", debt_status::emailed));
  BOOST_TEST((world.mail.ledger.contains({"a", 2})));
  BOOST_TEST(world.db.read_upload(up).failed == 0);
  BOOST_TEST(world.db.read_upload(up).emailed == 2);
}

BOOST_AUTO_TEST_CASE(a_refused_slip_fails_its_row_without_a_mail) {
  world.slips.local = false;
  faults.slips["a"] = {slip_fault::refuse};
  owner o{world};
  settle(o, of({sample("a")}));
  BOOST_TEST(is("a", debt_status::failed));
  BOOST_TEST(mails("a") == 0);
}

BOOST_AUTO_TEST_CASE(a_mail_that_cannot_go_out_is_put_off_and_given_up_in_the_end) {
  settle_options options;
  options.max_put_offs = 3;
  faults.mails["a"] = std::vector<mail_fault>(4, mail_fault::not_sent);
  owner o{world, options};
  settle(o, of({sample("a")}));
  for (int i = 1; i <= 3; ++i) {
    BOOST_TEST(is("a", debt_status::generated));
    BOOST_TEST(row("a").put_offs == i);
    BOOST_TEST(world.db.outbox.begin()->second.entry.delay == 30s * (1 << (i - 1)));
    settle(o, swept(10 * i));
  }
  BOOST_TEST(is("a", debt_status::failed));
  BOOST_TEST(mails("a") == 0);
}

BOOST_AUTO_TEST_CASE(an_unavailable_slip_is_put_off_as_imported) {
  world.slips.local = false;
  faults.slips["a"] = {slip_fault::unavailable};
  owner o{world};
  settle(o, of({sample("a")}));
  BOOST_TEST(is("a", debt_status::imported));
  BOOST_TEST(row("a").failure == "boleto service: 503");
  settle(o, swept(10));
  BOOST_TEST(is("a", debt_status::emailed));
  BOOST_TEST(mails("a") == 1);
}

BOOST_AUTO_TEST_CASE(an_unknown_mail_is_sent_again_with_its_key_inside_the_window_only) {
  world.mail.window = 15min;
  faults.mails["done"] = {mail_fault::unknown_done};
  faults.mails["late"] = {mail_fault::unknown_done};
  owner o{world};
  settle(o, of({sample("done"), sample("late")}));
  BOOST_TEST(is("done", debt_status::generated));
  auto b = batch(1);
  add(b, sample("done"), 0, {}, true);
  world.time.advance(10min);
  settle(o, b);
  BOOST_TEST(is("done", debt_status::emailed));
  BOOST_TEST(mails("done") == 1);
  world.time.advance(10min);
  auto late = batch(1);
  add(late, sample("late"), 1, {}, true);
  settle(o, late);
  BOOST_TEST(is("late", debt_status::in_doubt));
  BOOST_TEST(mails("late") == 1);
}

BOOST_AUTO_TEST_CASE(without_a_window_an_unknown_mail_is_in_doubt_at_once) {
  world.mail.window = 0s;
  faults.mails["a"] = {mail_fault::unknown_not_done};
  owner o{world};
  settle(o, of({sample("a")}));
  BOOST_TEST(is("a", debt_status::in_doubt));
  BOOST_REQUIRE(store->resolve("a", person_decision::resend));
  settle(o, swept(10));
  BOOST_TEST(is("a", debt_status::emailed));
  BOOST_TEST(row("a").attempt == 2);
}

BOOST_AUTO_TEST_CASE(small_waves_for_services_that_forget) {
  world.mail.max_wave = 2;
  owner o{world};
  settle(o, of({sample("a"), sample("b"), sample("c"), sample("d"), sample("e")}));
  BOOST_TEST(faults.calls["open_intent"] == 3);
}

BOOST_AUTO_TEST_CASE(waves_shrink_to_what_a_slow_service_takes) {
  settle_options options;
  options.turn = 1min;
  faults.call = 100ms;
  owner o{world, options};
  settle(o, of({sample("a")}));
  auto b = batch();
  for (int i = 0; i < 120; ++i)
    add(b, sample("n" + std::to_string(i)), 1 + i);
  settle(o, b);
  // Four seconds of work in each wave.
  BOOST_TEST(faults.calls["open_intent"] == 1 + 3);
}

// One call of 3 s, or a hundred side by side: a wave of one row must not stay one.
BOOST_AUTO_TEST_CASE(waves_grow_where_calls_are_made_side_by_side) {
  settle_options options;
  options.turn = 10min;
  faults.wave = 3s;
  owner o{world, options};
  for (const auto* id : {"a", "b", "c", "d"})
    settle(o, of({sample(id)}));
  auto b = batch();
  for (int i = 0; i < 127; ++i)
    add(b, sample("n" + std::to_string(i)), 1 + i);
  settle(o, b);
  // 8, 16, 32, 64 and the rest.
  BOOST_TEST(faults.calls["open_intent"] == 4 + 5);
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_once_the_lease_is_nearly_over) {
  settle_options options;
  options.lease = 3s;
  faults.call = 1s;
  owner o{world, options};
  settle(o, of({sample("a"), sample("b"), sample("c"), sample("d")}));
  BOOST_TEST(mails("c") == 1);
  BOOST_TEST(mails("d") == 0);
  BOOST_TEST(is("d", debt_status::generated));
}

BOOST_AUTO_TEST_CASE(an_open_breaker_leaves_the_batch_for_later) {
  faults.paused = 5s;
  owner o{world};
  BOOST_TEST(fails(o, of({sample("a")})) == errc::service_paused);
  BOOST_TEST(world.db.rows.empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
