#pragma once

#include "tests/support/debt_contract/debts.hpp"

/// Clauses about uploads.
namespace bankslip::test::debt_contract {

template <class World>
void an_upload_is_done_when_every_accepted_row_has_its_end(World& world) {
  auto store = world.debt_store();
  auto id = must(store->open_upload(60s));
  auto u = must(store->find_upload(id));
  BOOST_TEST((u.state == d::upload_state::receiving));
  BOOST_TEST(!u.received_at.has_value());
  settle_one(world, "a", d::debt_status::emailed, {id, 0}, 0);
  must(store->finish_upload(id, {1234, 2, 5}));
  must(store->finish_upload(id, {1234, 2, 5})); // again, after a lost answer
  u = must(store->find_upload(id));
  BOOST_TEST((u.state == d::upload_state::processing));
  BOOST_TEST(u.bytes == 1234);
  BOOST_TEST(u.accepted == 2);
  BOOST_TEST(u.rejected == 5);
  BOOST_TEST(u.received_at.has_value());
  BOOST_TEST(!u.done_at.has_value());
  settle_one(world, "b", d::debt_status::failed, {id, 1}, 1);
  u = must(store->find_upload(id));
  BOOST_TEST((u.state == d::upload_state::done));
  BOOST_TEST((u.done_at >= u.created_at));
  BOOST_TEST(fails_with(store->abort_upload(id, {}), d::errc::wrong_state));
}

template <class World>
void an_upload_without_accepted_rows_is_done_at_once(World& world) {
  auto store = world.debt_store();
  auto id = must(store->open_upload(60s));
  must(store->finish_upload(id, {80, 0, 0}));
  auto u = must(store->find_upload(id));
  BOOST_TEST((u.state == d::upload_state::done));
  BOOST_TEST((u.done_at == u.received_at));
}

template <class World>
void an_aborted_upload_counts_what_workers_saw(World& world) {
  auto store = world.debt_store();
  auto id = must(store->open_upload(60s));
  must(store->abort_upload(id, {500, 1000, 3}));
  must(store->abort_upload(id, {500, 1000, 3}));
  settle_one(world, "a", d::debt_status::emailed, {id, 0});
  auto u = must(store->find_upload(id));
  BOOST_TEST((u.state == d::upload_state::aborted));
  BOOST_TEST(u.accepted == 1);
  BOOST_TEST(u.rejected == 3);
  BOOST_TEST(fails_with(store->finish_upload(id, {}), d::errc::wrong_state));
}

template <class World>
void an_upload_whose_lease_ran_out_is_aborted(World& world) {
  auto store = world.debt_store();
  auto dead = must(store->open_upload(-1s));
  auto alive = must(store->open_upload(60s));
  auto renewed = must(store->open_upload(-1s));
  auto finished = must(store->open_upload(-1s));
  must(store->finish_upload(finished, {}));
  std::vector<std::int64_t> ids{renewed, finished};
  must(store->renew_uploads(ids, 60s));
  must(store->renew_uploads({}, 60s));
  must(store->expire_leases());
  BOOST_TEST((must(store->find_upload(dead)).state == d::upload_state::aborted));
  BOOST_TEST((must(store->find_upload(alive)).state == d::upload_state::receiving));
  BOOST_TEST((must(store->find_upload(renewed)).state == d::upload_state::receiving));
  BOOST_TEST((must(store->find_upload(finished)).state == d::upload_state::done));
}

template <class World>
void uploads_are_listed_newest_first_in_pages(World& world) {
  auto store = world.debt_store();
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 5; ++i)
    ids.insert(ids.begin(), must(store->open_upload(60s)));
  std::vector<std::int64_t> seen;
  for (std::int64_t after = 0;;) {
    auto page = must(store->list_uploads(2, after));
    if (page.empty())
      break;
    BOOST_TEST(page.size() <= 2u);
    for (const auto& u : page)
      seen.push_back(after = u.upload_id);
  }
  BOOST_TEST((seen == ids));
}

template <class World>
void problems_of_all_kinds_are_merged_by_row_in_pages(World& world) {
  auto store = world.debt_store();
  auto id = must(store->open_upload(60s));
  auto other = must(store->open_upload(60s));
  settle_one(world, "f3", d::debt_status::failed, {id, 3}, 0);
  settle_one(world, "i1", d::debt_status::in_doubt, {id, 1}, 1);
  settle_one(world, "e2", d::debt_status::emailed, {id, 2}, 2);
  settle_one(world, "o9", d::debt_status::failed, {other, 9}, 3);
  std::vector<d::row_problem> rejected{
      {4, std::string{"\xff\0{", 3}, "email", "email_syntax", "not \"an\" address, {\\}"},
      {0, "r0", "debt_amount", "amount_format", "bad"},
      {2'000'000'000'000, "", "", "field_count", "too few"},
  };
  must(store->record_problems(id, rejected));
  must(store->record_problems(id, rejected));
  must(store->record_problems(id, {}));
  std::vector<d::row_problem> seen;
  for (std::int64_t after = -1;;) {
    auto page = must(store->upload_problems(id, after, 2));
    if (page.empty())
      break;
    BOOST_TEST(page.size() <= 2u);
    after = page.back().row;
    seen.insert(seen.end(), page.begin(), page.end());
  }
  BOOST_REQUIRE_EQUAL(seen.size(), 5u);
  BOOST_TEST(seen[0].debt_id == "r0");
  BOOST_TEST(seen[0].field == "debt_amount");
  BOOST_TEST(seen[1].debt_id == "i1");
  BOOST_TEST(seen[1].code == "in_doubt");
  BOOST_TEST(seen[2].row == 3);
  BOOST_TEST(seen[2].code == "failed");
  BOOST_TEST(seen[2].error == "no such mailbox");
  BOOST_TEST(seen[3].debt_id == "??{");
  BOOST_TEST(seen[3].error == "not \"an\" address, {\\}");
  BOOST_TEST(seen[4].row == 2'000'000'000'000);
}

} // namespace bankslip::test::debt_contract
