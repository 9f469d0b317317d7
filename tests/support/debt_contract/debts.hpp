#pragma once

#include "tests/support/settlement_contract/helpers.hpp"

/// Clauses about single debts and the outbox.
namespace bankslip::test::debt_contract {

using namespace settlement_contract;

/// Stores one debt in the given state by way of a settled batch.
template <class World>
void settle_one(World& world, std::string id, d::debt_status status, d::origin from,
                std::int64_t offset = 0) {
  auto s = world.settlement_store();
  auto end = start(*s, 0, offset, offset);
  batch b;
  auto& row = b.add(std::move(id));
  row.status = status;
  row.propagated = status == d::debt_status::emailed;
  row.failure = status == d::debt_status::failed      ? "no such mailbox"
                : status == d::debt_status::generated ? "mailbox full"
                                                      : "";
  row.from = from;
  must(s->copy(b.rows()));
  d::upload_progress p;
  p.upload_id = from.upload_id;
  p.generated = 1;
  p.emailed = status == d::debt_status::emailed;
  p.failed = status == d::debt_status::failed;
  p.in_doubt = status == d::debt_status::in_doubt;
  p.counted_through = offset;
  if (from)
    end.progress.push_back(p);
  must(s->settle(end));
}

template <class World>
void a_new_debt_is_stored_with_its_outbox_entry(World& world) {
  auto store = world.debt_store();
  auto made = must(create_one(*store, sample_debt("a")));
  BOOST_TEST(made.created);
  BOOST_TEST(made.outbox_id != 0);
  BOOST_TEST(made.stored.content == sample_debt("a"));
  BOOST_TEST(made.stored.status == d::debt_status::imported);
  BOOST_TEST(made.stored.attempt == 1);
  BOOST_TEST(!made.stored.from);
  BOOST_TEST(!made.stored.updated_on.has_value());
  // Claimed by the caller for ten seconds.
  BOOST_TEST(must(store->claim_outbox(10, 1s)).empty());
  std::vector<std::int64_t> ids{made.outbox_id};
  must(store->finish_outbox(ids));
  auto found = find_one(*world.debt_store(), "a").value();
  BOOST_TEST(found.content == sample_debt("a"));
  BOOST_TEST((found.created_at == made.stored.created_at));
}

template <class World>
void a_known_debt_stays_as_it_is(World& world) {
  auto store = world.debt_store();
  settle_one(world, "a", d::debt_status::emailed, {});
  auto other = sample_debt("a");
  other.name = "Another";
  auto again = must(create_one(*store, other));
  BOOST_TEST(!again.created);
  BOOST_TEST(again.outbox_id == 0);
  BOOST_TEST(again.stored.content == sample_debt("a"));
  BOOST_TEST(again.stored.status == d::debt_status::emailed);
}

template <class World>
void what_is_not_there_is_not_found(World& world) {
  auto store = world.debt_store();
  using d::errc;
  BOOST_TEST(!find_one(*store, "x"));
  BOOST_TEST(!find_one(*store, {"\xff\0", 2}));
  BOOST_TEST(fails_with(store->retry("x", {}), errc::not_found));
  BOOST_TEST(fails_with(store->resolve("x", d::person_decision::sent), errc::not_found));
  BOOST_TEST(fails_with(store->find_upload(4711), errc::not_found));
  BOOST_TEST(fails_with(store->finish_upload(4711, {}), errc::not_found));
  BOOST_TEST(fails_with(store->abort_upload(4711, {}), errc::not_found));
}

template <class World>
void only_a_failed_debt_is_retried(World& world) {
  auto store = world.debt_store();
  auto upload = must(store->open_upload(60s));
  must(store->finish_upload(upload, {1, 1, 0}));
  settle_one(world, "a", d::debt_status::failed, {upload, 0});
  BOOST_TEST(must(store->find_upload(upload)).state == d::upload_state::done);
  settle_one(world, "mailed", d::debt_status::emailed, {});
  settle_one(world, "doubtful", d::debt_status::in_doubt, {});
  for (auto id : {"mailed", "doubtful"})
    BOOST_TEST(fails_with(store->retry(id, {}), d::errc::wrong_state));

  auto revived = must(store->retry("a", "new@example.com"));
  BOOST_TEST(revived.outbox_id != 0);
  auto row = find_one(*store, "a").value();
  BOOST_TEST(revived.stored.content == row.content);
  BOOST_TEST(revived.stored.status == row.status);
  BOOST_TEST(revived.stored.attempt == 2);
  BOOST_TEST(row.status == d::debt_status::generated);
  BOOST_TEST(row.attempt == 2);
  BOOST_TEST(row.content.email == "new@example.com");
  BOOST_TEST(row.failure == "");
  auto u = must(store->find_upload(upload));
  BOOST_TEST(u.failed == 0);
  BOOST_TEST(u.state == d::upload_state::processing);
  BOOST_TEST(must(store->upload_problems(upload, -1, 10)).empty());
  BOOST_TEST(fails_with(store->retry("a", {}), d::errc::wrong_state));
}

template <class World>
void a_retry_without_an_address_keeps_it(World& world) {
  auto store = world.debt_store();
  settle_one(world, "a", d::debt_status::failed, {});
  must(store->retry("a", {}));
  BOOST_TEST(find_one(*store, "a").value().content.email == sample_debt("a").email);
}

template <class World>
void a_put_off_debt_tells_why(World& world) {
  settle_one(world, "a", d::debt_status::generated, {});
  auto row = find_one(*world.debt_store(), "a").value();
  BOOST_TEST(row.status == d::debt_status::generated);
  BOOST_TEST(row.failure == "mailbox full");
}

template <class World>
void a_person_decides_on_a_doubtful_debt(World& world) {
  auto store = world.debt_store();
  auto upload = must(store->open_upload(60s));
  must(store->finish_upload(upload, {1, 2, 0}));
  settle_one(world, "a", d::debt_status::in_doubt, {upload, 0}, 0);
  settle_one(world, "b", d::debt_status::in_doubt, {upload, 1}, 1);
  settle_one(world, "failed", d::debt_status::failed, {});
  BOOST_TEST(
      fails_with(store->resolve("failed", d::person_decision::resend), d::errc::wrong_state));

  auto sent = must(store->resolve("a", d::person_decision::sent));
  BOOST_TEST(sent.outbox_id == 0);
  BOOST_TEST(sent.stored.status == d::debt_status::emailed);
  BOOST_TEST(find_one(*store, "a").value().status == d::debt_status::emailed);
  BOOST_TEST(find_one(*store, "a").value().attempt == 1);
  BOOST_TEST(must(store->resolve("b", d::person_decision::resend)).outbox_id != 0);
  BOOST_TEST(find_one(*store, "b").value().status == d::debt_status::generated);
  BOOST_TEST(find_one(*store, "b").value().attempt == 2);
  auto u = must(store->find_upload(upload));
  BOOST_TEST(u.in_doubt == 0);
  BOOST_TEST(u.emailed == 1);
  BOOST_TEST(u.generated == 2);
  BOOST_TEST(fails_with(store->resolve("a", d::person_decision::sent), d::errc::wrong_state));
}

template <class World>
void a_claimed_entry_is_not_given_twice(World& world) {
  auto store = world.debt_store();
  auto other = world.debt_store();
  auto s = world.settlement_store();
  auto end = start(*s);
  for (int i = 0; i < 10; ++i)
    end.outbox.push_back({0, d::outbox_kind::process, std::to_string(i), "", {}, 0ms});
  must(s->settle(end));
  auto mine = must(store->claim_outbox(6, 60s));
  auto theirs = must(other->claim_outbox(6, 60s));
  BOOST_TEST(mine.size() == 6u);
  BOOST_TEST(theirs.size() == 4u);
  BOOST_TEST(must(store->claim_outbox(6, 60s)).empty());
  std::vector<std::string> keys;
  for (const auto* claimed : {&mine, &theirs})
    for (const auto& e : *claimed)
      keys.push_back(e.key);
  std::sort(keys.begin(), keys.end());
  BOOST_TEST((std::unique(keys.begin(), keys.end()) == keys.end()));
}

template <class World>
void an_entry_whose_claim_ran_out_is_given_again_until_finished(World& world) {
  auto store = world.debt_store();
  auto s = world.settlement_store();
  auto end = start(*s);
  end.outbox.push_back({0, d::outbox_kind::process, "a", "", {}, 0ms});
  must(s->settle(end));
  auto first = must(store->claim_outbox(1, 0ms));
  BOOST_REQUIRE_EQUAL(first.size(), 1u);
  auto second = must(store->claim_outbox(1, 0ms));
  BOOST_REQUIRE_EQUAL(second.size(), 1u);
  BOOST_TEST(first[0].id == second[0].id);
  std::vector<std::int64_t> ids{first[0].id};
  must(store->finish_outbox(ids));
  must(store->finish_outbox(ids));
  must(store->finish_outbox({}));
  BOOST_TEST(must(store->claim_outbox(1, 0ms)).empty());
}

template <class World>
void many_debts_are_found_at_once(World& world) {
  auto store = world.debt_store();
  for (auto id : {"a", "b\"{},\\", "c"})
    must(create_one(*store, sample_debt(id)));
  std::vector<std::string> ids{"c", "x", "b\"{},\\", "c"};
  auto found = must(store->find(ids));
  BOOST_REQUIRE_EQUAL(found.size(), 4u);
  BOOST_TEST(found[0].value().content.debt_id == "c");
  BOOST_TEST(!found[1]);
  BOOST_TEST(found[2].value().content.debt_id == "b\"{},\\");
  BOOST_TEST(found[3].value().content.debt_id == "c");
  BOOST_TEST(must(store->find({})).empty());
}

template <class World>
void many_debts_are_stored_at_once_and_of_equal_ids_the_first_stands(World& world) {
  auto store = world.debt_store();
  must(create_one(*store, sample_debt("known")));
  std::vector<d::debt> debts;
  for (auto id : {"z", "known", "a\"{},\\", "z"})
    debts.push_back(sample_debt(id));
  debts[3].name = "Another";
  debts[1].name = "Another";
  auto made = must(store->create(debts, {}));
  BOOST_REQUIRE_EQUAL(made.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    BOOST_TEST(made[i].created == (i == 0 || i == 2));
    BOOST_TEST((made[i].outbox_id != 0) == made[i].created);
    BOOST_TEST(made[i].stored.content == sample_debt(debts[i].debt_id));
    BOOST_TEST(find_one(*store, debts[i].debt_id).value().content == made[i].stored.content);
  }
  BOOST_TEST(made[0].outbox_id != made[2].outbox_id);
}

template <class World>
void entries_of_published_debts_go_with_the_next_that_are_stored(World& world) {
  auto store = world.debt_store();
  auto s = world.settlement_store();
  auto end = start(*s);
  for (auto key : {"a", "b", "c"})
    end.outbox.push_back({0, d::outbox_kind::process, key, "", {}, 0ms});
  must(s->settle(end));
  auto entries = must(store->claim_outbox(2, 0ms));
  BOOST_REQUIRE_EQUAL(entries.size(), 2u);
  std::vector<std::int64_t> published{entries[0].id, entries[1].id};
  std::vector<d::debt> debts{sample_debt("d")};
  must(store->create(debts, published));
  auto left = must(store->claim_outbox(9, 1s));
  BOOST_REQUIRE_EQUAL(left.size(), 1u);
  BOOST_TEST(left[0].key == "c");
}

} // namespace bankslip::test::debt_contract
