#pragma once

#include "tests/support/settlement_contract/helpers.hpp"

/// Clauses about intents, counters, problems and the outbox.
namespace bankslip::test::settlement_contract {

template <class World>
void attempts_count_the_older_intents_of_the_same_offsets(World& world) {
  auto s = world.settlement_store();
  auto first = must(s->open_intent(request(2, 10, 19)));
  BOOST_TEST(first.attempts == 1);
  BOOST_TEST(first.partition == 2);
  BOOST_TEST(first.last_offset == 19);
  BOOST_TEST((first.lease_until - first.opened_at == 30s));
  BOOST_TEST(must(s->open_intent(request(2, 19, 30))).attempts == 2);
  BOOST_TEST(must(s->open_intent(request(2, 0, 12))).attempts == 2);
  BOOST_TEST(must(s->open_intent(request(2, 12, 20))).attempts == 3);
  BOOST_TEST(must(s->open_intent(request(2, 31, 40))).attempts == 1);
  BOOST_TEST(must(s->open_intent(request(3, 10, 19))).attempts == 1);
  auto repeated = request(2, 12, 20);
  repeated.counts_as_attempts = 0;
  BOOST_TEST(must(s->open_intent(repeated)).attempts == 3);
  repeated = request(4, 0, 9);
  repeated.counts_as_attempts = 0;
  BOOST_TEST(must(s->open_intent(repeated)).attempts == 1);
}

template <class World>
void an_intent_of_too_many_attempts_is_not_written(World& world) {
  auto s = world.settlement_store();
  must(s->open_intent(request(0, 0, 9)));
  auto bounded = request(0, 5, 9);
  bounded.max_attempts = 1;
  auto refused = must(s->open_intent(bounded));
  BOOST_TEST(refused.id == 0);
  BOOST_TEST(refused.attempts == 2);
  bounded.max_attempts = 2;
  auto written = must(s->open_intent(bounded));
  BOOST_TEST(written.id != 0);
  BOOST_TEST(written.attempts == 2);
}

template <class World>
void a_batch_that_started_nothing_needs_no_intent(World& world) {
  auto s = world.settlement_store();
  auto running = must(s->open_intent(request(2, 0, 9)));
  must(s->begin({}));
  d::settlement end;
  end.partition = 2;
  end.last_offset = 9;
  end.progress = {{{0, 0, 10, 0, 0, 0}, 1, 9}};
  must(s->settle(end));
  // Its owner may still be at work under it.
  must(s->begin({}));
  auto seen = must(s->others_intents(0));
  BOOST_REQUIRE_EQUAL(seen.intents.size(), 1u);
  BOOST_TEST(seen.intents[0].id == running.id);
}

template <class World>
void intents_of_others_are_seen_with_their_fingerprints(World& world) {
  auto s = world.settlement_store();
  auto other = world.settlement_store();
  auto theirs = must(other->open_intent(request(1, 0, 9)));
  auto end = start(*s);
  for (int i = 0; i < 2; ++i) {
    auto seen = must(s->others_intents(end.intent_id));
    BOOST_REQUIRE_EQUAL(seen.intents.size(), 1u);
    BOOST_TEST(seen.intents[0].id == theirs.id);
    BOOST_TEST(seen.intents[0].partition == 1);
    BOOST_TEST(seen.intents[0].last_offset == 9);
    BOOST_TEST((seen.intents[0].opened_at == theirs.opened_at));
    BOOST_TEST((seen.intents[0].lease_until == theirs.lease_until));
    BOOST_TEST((seen.intents[0].fingerprints == request(1, 0, 9).fingerprints));
    BOOST_TEST((seen.now >= theirs.opened_at));
  }
}

template <class World>
void intents_are_not_seen_while_their_transaction_lasts(World& world) {
  auto s = world.settlement_store();
  auto other = world.settlement_store();
  auto theirs = must(other->open_intent(request(1, 0, 9)));
  auto seen = [&] {
    must(s->begin({}));
    return must(s->others_intents(0)).intents.size();
  };
  BOOST_TEST(seen() == 1u);
  must(other->begin({theirs.id, 1, {}}));
  BOOST_TEST(seen() == 0u);
  // Who has read an intent keeps its owner from nothing.
  other->rollback();
  BOOST_TEST(seen() == 1u);
  must(other->begin({theirs.id, 1, {}}));
  must(other->settle({theirs.id, 1, 9, {}, {}, {}, {}}));
  BOOST_TEST(seen() == 0u);
}

inline std::vector<std::int64_t> intents_left(d::settlement_store& s) {
  must(s.begin({}));
  std::vector<std::int64_t> left;
  for (const auto& i : must(s.others_intents(0)).intents)
    left.push_back(i.id);
  s.rollback();
  std::sort(left.begin(), left.end());
  return left;
}

/// An intent whose lease is long over as it begins.
inline d::intent_request brief(std::int32_t partition, std::int64_t first, std::int64_t last) {
  auto r = request(partition, first, last);
  r.lease = -2min;
  return r;
}

template <class World>
void intents_that_name_attempts_are_left_to_the_mail_stage(World& world) {
  using ids = std::vector<std::int64_t>;
  auto s = world.settlement_store();
  auto store = world.debt_store();
  auto of_mails = must(s->open_intent(brief(0, 0, 5)));
  auto without = brief(0, 0, 5);
  without.fingerprints.clear();
  must(s->open_intent(without));
  auto slips = start(*s, 0, 0, 9);
  slips.spares_attempts = true;
  must(s->settle(slips));
  must(store->expire_leases());
  BOOST_TEST((intents_left(*s) == ids{of_mails.id}));
  // Which has a lane of its own, and has weighed what it comes to.
  auto own = must(s->open_intent(request(d::mail_lane(0), 0, 9)));
  must(s->begin({own.id, d::mail_lane(0), {}}));
  d::settlement mails;
  mails.intent_id = own.id;
  mails.partition = d::mail_lane(0);
  mails.also_supersedes = 0;
  mails.first_offset = 0;
  mails.last_offset = 9;
  must(s->settle(mails));
  must(store->expire_leases());
  BOOST_TEST(intents_left(*s).empty());
}

template <class World>
void intents_that_a_settled_batch_covers_go_when_their_lease_is_over(World& world) {
  using ids = std::vector<std::int64_t>;
  auto s = world.settlement_store();
  auto store = world.debt_store();
  auto others = world.settlement_store();
  auto covered = must(s->open_intent(brief(0, 0, 5)));
  auto in_use = must(s->open_intent(request(0, 3, 9)));
  auto beyond = must(s->open_intent(brief(0, 8, 10)));
  auto elsewhere = must(s->open_intent(brief(1, 0, 5)));
  auto end = start(*s, 0, 0, 9);
  auto newer = must(others->open_intent(brief(0, 0, 9)));
  must(store->expire_leases());
  must(s->settle(end));
  // Whoever works under it may have sent, and must not be forgotten.
  auto before = ids{covered.id, in_use.id, beyond.id, elsewhere.id, newer.id};
  BOOST_TEST((intents_left(*s) == before));
  must(store->expire_leases());
  BOOST_TEST((intents_left(*s) == ids{in_use.id, beyond.id, elsewhere.id, newer.id}));
  // What is settled counts for no attempts.
  must(others->drop_intent(newer.id));
  BOOST_TEST(must(s->open_intent(request(0, 3, 7))).attempts == 1);
}

// Who settles what lies behind may have lost the partition, and was not at these rows.
template <class World>
void a_superseded_intent_tells_until_all_of_its_range_is_settled_anew(World& world) {
  using ids = std::vector<std::int64_t>;
  auto s = world.settlement_store();
  auto store = world.debt_store();
  auto dead = must(s->open_intent(brief(0, 0, 5)));
  auto settle = [&](std::int64_t first, std::int64_t last) {
    must(s->settle(start(*s, 0, first, last)));
    must(store->expire_leases());
  };
  settle(6, 9);
  BOOST_TEST(fails_with(s->begin({dead.id, 0, {}}), d::errc::intent_lost));
  BOOST_TEST((intents_left(*s) == ids{dead.id}));
  settle(3, 9);
  settle(0, 2);
  BOOST_TEST((intents_left(*s) == ids{dead.id}));
  auto unsure = start(*s, 0, 3, 9);
  unsure.first_offset = -1;
  must(s->settle(unsure));
  settle(4, 9);
  BOOST_TEST((intents_left(*s) == ids{dead.id}));
  settle(3, 4);
  settle(5, 5);
  BOOST_TEST(intents_left(*s).empty());
}

// Nobody settles it anew: it was opened over a range that was settled already.
template <class World>
void a_superseded_intent_does_not_stay_for_ever(World& world) {
  using ids = std::vector<std::int64_t>;
  auto s = world.settlement_store();
  auto store = world.debt_store();
  auto old = brief(0, 0, 5);
  old.lease = -25h;
  must(s->open_intent(old));
  old.lease = -23h;
  auto younger = must(s->open_intent(old));
  auto empty = brief(0, 0, 5);
  empty.fingerprints.clear();
  must(s->open_intent(empty));
  must(s->settle(start(*s, 0, 6, 9)));
  must(store->expire_leases());
  BOOST_TEST((intents_left(*s) == ids{younger.id}));
}

template <class World>
void an_intent_stays_while_its_transaction_lasts(World& world) {
  auto s = world.settlement_store();
  auto store = world.debt_store();
  auto slow = world.settlement_store();
  auto mine = must(slow->open_intent(brief(0, 0, 5)));
  must(slow->begin({mine.id, 0, {}}));
  must(s->settle(start(*s, 0, 0, 9)));
  must(store->expire_leases());
  d::settlement end;
  end.intent_id = mine.id;
  end.partition = 0;
  end.last_offset = 5;
  must(slow->settle(end));
  BOOST_TEST(intents_left(*s).empty());
}

template <class World>
void a_lost_intent_is_noticed_before_anything_is_sent(World& world) {
  auto s = world.settlement_store();
  auto mine = must(s->open_intent(request(0, 0, 5)));
  must(world.settlement_store()->drop_intent(mine.id));
  BOOST_TEST(fails_with(s->begin({mine.id, 0, {}}), d::errc::intent_lost));
  mine = must(s->open_intent(request(0, 0, 5)));
  auto newer = world.settlement_store();
  must(newer->settle(start(*newer, 0, 0, 9)));
  BOOST_TEST(fails_with(s->begin({mine.id, 0, {}}), d::errc::intent_lost));
}

template <class World>
void a_lost_intent_undoes_the_batch(World& world) {
  auto s = world.settlement_store();
  auto end = start(*s);
  must(world.settlement_store()->drop_intent(end.intent_id));
  batch b;
  b.add("a");
  must(s->copy(b.rows()));
  BOOST_TEST(fails_with(s->settle(end), d::errc::intent_lost));
  BOOST_TEST(!exists(*s, "a"));
  must(s->begin({}));
}

using ids_of = std::vector<std::int64_t>;

/// Begins, and answers what was counted of these uploads.
inline ids_of counted(d::settlement_store& s, std::int32_t partition, const ids_of& uploads) {
  ids_of out;
  for (const auto& upload : must(s.begin({0, partition, uploads})))
    out.push_back(upload.counted_through);
  return out;
}

template <class World>
void counters_add_up_over_partitions_and_batches(World& world) {
  auto s = world.settlement_store();
  auto store = world.debt_store();
  auto upload = must(store->open_upload(60s));
  auto other = must(store->open_upload(60s));
  must(store->finish_upload(upload, {100, 15, 0}));
  for (std::int32_t partition : {0, 1}) {
    auto end = start(*s, partition, 0, 9);
    ids_of ids{upload, other};
    BOOST_TEST((counted(*s, partition, ids) == ids_of{-1, -1}));
    end.progress.push_back({{3, 1, 1, 1, 1, 1}, upload, 9});
    must(s->settle(end));
    end = start(*s, partition, 10, 19);
    BOOST_TEST((counted(*s, partition, ids) == ids_of{9, -1}));
    end.progress.push_back({{0, 2, 0, 0, -1, 0}, upload, -1});
    end.progress.push_back({{1, 1, 0, 0, 0, 0}, other, 12});
    must(s->settle(end));
  }
  BOOST_TEST((counted(*s, 1, {other, upload}) == ids_of{12, 9}));
  BOOST_TEST((counted(*s, 5, {other, upload}) == ids_of{-1, -1}));
  s->rollback();
  auto u = must(store->find_upload(upload));
  BOOST_TEST(u.generated == 6);
  BOOST_TEST(u.emailed == 6);
  BOOST_TEST(u.duplicates == 2);
  BOOST_TEST(u.conflicts == 2);
  BOOST_TEST(u.failed == 0);
  BOOST_TEST(u.in_doubt == 2);
  BOOST_TEST(must(store->find_upload(other)).emailed == 2);
}

template <class World>
void an_upload_counts_for_its_own_topic_until_all_its_rows_have_ended(World& world) {
  world.use_topic("debts");
  auto store = world.debt_store();
  auto upload = must(store->open_upload(60s));
  auto unknown = upload + 1;
  auto standing = [&] {
    ids_of ids{unknown, upload};
    auto both = must(world.settlement_store()->begin({0, 0, ids}));
    BOOST_REQUIRE_EQUAL(both.size(), 2u);
    BOOST_TEST(!both[0].counts);
    return both[1];
  };
  BOOST_TEST(standing().counts);
  BOOST_TEST(standing().rows == std::numeric_limits<std::int64_t>::max());
  world.use_topic("mirrored");
  BOOST_TEST(!standing().counts);
  world.use_topic("debts");
  must(store->finish_upload(upload, {100, 5, 2}));
  BOOST_TEST(standing().counts);
  BOOST_TEST(standing().rows == 7);
  auto settle = [&](std::int32_t partition, d::upload_progress p) {
    auto s = world.settlement_store();
    auto end = start(*s, partition, 0, 9);
    p.upload_id = upload;
    end.progress.push_back(p);
    must(s->settle(end));
  };
  settle(0, {{4, 1, 1, 1, 1, 0}, 0, 8});
  BOOST_TEST(standing().counts);
  BOOST_TEST(standing().counted_through == 8);
  settle(1, {{0, 0, 0, 0, 0, 1}, 0, 9});
  BOOST_TEST(!standing().counts);
  // A person who has a failed row tried again: it is done for ever.
  settle(2, {{0, 0, 0, 0, -1, 0}, 0, -1});
  BOOST_TEST(!standing().counts);
}

template <class World>
void counters_of_an_undone_batch_are_not_counted(World& world) {
  auto s = world.settlement_store();
  auto store = world.debt_store();
  auto upload = must(store->open_upload(60s));
  auto end = start(*s);
  end.progress.push_back({{1, 1, 1, 1, 1, 1}, upload, 9});
  end.problems.push_back({upload, {4, "a", "", "conflict", "other content"}});
  end.outbox.push_back({0, d::outbox_kind::process, "a", "", {}, 0ms});
  must(world.settlement_store()->drop_intent(end.intent_id));
  BOOST_TEST(fails_with(s->settle(end), d::errc::intent_lost));
  BOOST_TEST(must(store->find_upload(upload)).emailed == 0);
  BOOST_TEST(must(store->upload_problems(upload, -1, 10)).empty());
  BOOST_TEST(must(store->claim_outbox(10, 1s)).empty());
}

template <class World>
void a_dead_letter_keeps_what_is_null_and_what_is_empty(World& world) {
  auto s = world.settlement_store();
  auto store = world.debt_store();
  auto end = start(*s, 0, 0, 9);
  // Each of key and value: null, empty, or a text.
  for (int which = 0; which < 9; ++which) {
    d::outbox_entry letter;
    letter.kind = d::outbox_kind::dead_letter;
    letter.null_key = which % 3 == 0;
    letter.key = which % 3 == 2 ? "key" : "";
    letter.null_value = which / 3 == 0;
    letter.value = which / 3 == 2 ? "value" : "";
    letter.headers = {{"which", std::to_string(which)}};
    end.outbox.push_back(letter);
  }
  must(s->settle(end));
  auto entries = must(store->claim_outbox(20, 60s));
  BOOST_REQUIRE_EQUAL(entries.size(), 9u);
  for (const auto& e : entries) {
    auto which = std::stoi(e.headers.at(0).value);
    BOOST_TEST(e.null_key == (which % 3 == 0), which);
    BOOST_TEST(e.key == (which % 3 == 2 ? "key" : ""), which);
    BOOST_TEST(e.null_value == (which / 3 == 0), which);
    BOOST_TEST(e.value == (which / 3 == 2 ? "value" : ""), which);
  }
}

template <class World>
void problems_and_outbox_entries_come_with_the_batch(World& world) {
  auto s = world.settlement_store();
  auto store = world.debt_store();
  auto upload = must(store->open_upload(60s));
  for (int again = 0; again < 2; ++again) {
    auto end = start(*s, 0, 10 * again, 10 * again + 9);
    end.problems.push_back({upload, {4, "a", "email", "conflict", "other content"}});
    if (again == 0) {
      end.outbox.push_back({0, d::outbox_kind::process, "now", "", {}, 0ms});
      end.outbox.push_back({0, d::outbox_kind::process, "later", "", {}, 1h});
      end.outbox.push_back({0,
                            d::outbox_kind::dead_letter,
                            "dead",
                            std::string{"\0\xff{\"", 4},
                            {{"error.code", "poison"}, {"error.text", "a, \"b\" {c} \\ NULL"}},
                            0ms});
    }
    must(s->settle(end));
  }
  auto problems = must(store->upload_problems(upload, -1, 10));
  BOOST_REQUIRE_EQUAL(problems.size(), 1u);
  BOOST_TEST(problems[0].row == 4);
  BOOST_TEST(problems[0].field == "email");
  BOOST_TEST(problems[0].code == "conflict");
  auto entries = must(store->claim_outbox(10, 60s));
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.key < b.key; });
  BOOST_REQUIRE_EQUAL(entries.size(), 2u);
  BOOST_TEST(entries[0].kind == d::outbox_kind::dead_letter);
  BOOST_TEST((entries[0].value == std::string{"\0\xff{\"", 4}));
  BOOST_REQUIRE_EQUAL(entries[0].headers.size(), 2u);
  BOOST_TEST(entries[0].headers[1].name == "error.text");
  BOOST_TEST(entries[0].headers[1].value == "a, \"b\" {c} \\ NULL");
  BOOST_TEST(entries[1].kind == d::outbox_kind::process);
  BOOST_TEST(entries[1].key == "now");
}

} // namespace bankslip::test::settlement_contract
