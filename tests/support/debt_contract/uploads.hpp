#pragma once

#include "tests/support/debt_contract/debts.hpp"

/// Clauses about uploads.
namespace bankslip::test::debt_contract {

template <class World>
void an_upload_is_done_when_every_accepted_row_has_its_end(World& world) {
  auto store = world.debt_store();
  auto id = must(store->open_upload(60s));
  auto u = must(store->find_upload(id));
  BOOST_TEST(u.state == d::upload_state::receiving);
  BOOST_TEST(!u.received_at.has_value());
  settle_one(world, "a", d::debt_status::emailed, {id, 0}, 0);
  must(store->finish_upload(id, {1234, 2, 5}));
  must(store->finish_upload(id, {1234, 2, 5})); // again, after a lost answer
  u = must(store->find_upload(id));
  BOOST_TEST(u.state == d::upload_state::processing);
  BOOST_TEST(u.bytes == 1234);
  BOOST_TEST(u.accepted == 2);
  BOOST_TEST(u.rejected == 5);
  BOOST_TEST(u.received_at.has_value());
  BOOST_TEST(!u.done_at.has_value());
  settle_one(world, "b", d::debt_status::failed, {id, 1}, 1);
  u = must(store->find_upload(id));
  BOOST_TEST(u.state == d::upload_state::done);
  BOOST_TEST((u.done_at >= u.created_at));
  BOOST_TEST(fails_with(store->abort_upload(id, {}), d::errc::wrong_state));
}

template <class World>
void an_upload_without_accepted_rows_is_done_at_once(World& world) {
  auto store = world.debt_store();
  auto id = must(store->open_upload(60s));
  must(store->finish_upload(id, {80, 0, 0}));
  auto u = must(store->find_upload(id));
  BOOST_TEST(u.state == d::upload_state::done);
  BOOST_TEST((u.done_at == u.received_at));
}

/// Holds a stored row, as the mail stage does.
template <class World>
void hold_one(World& world, std::string id, std::int64_t upload) {
  auto s = world.settlement_store();
  auto end = start(*s, d::mail_lane(0), 0, 0);
  const std::string_view key{id};
  must(s->lock({&key, 1}));
  d::row_update held;
  held.debt_id = id;
  held.status = d::debt_status::generated;
  held.failure = "stopped";
  held.held = true;
  end.updates.push_back(held);
  d::upload_progress p;
  p.upload_id = upload;
  p.held = 1;
  end.progress.push_back(p);
  must(s->settle(end));
}

template <class World>
void held_rows_are_an_end_when_cancelled_and_go_on_when_resumed(World& world) {
  using d::mail_action;
  auto store = world.debt_store();
  auto id = must(store->open_upload(60s));
  must(store->finish_upload(id, {10, 1, 0}));
  BOOST_TEST(must(store->set_mail(id, mail_action::resume)).mail == d::mail_stop::none);
  settle_one(world, "a", d::debt_status::generated, {id, 0});
  auto u = must(store->find_upload(id));
  BOOST_TEST((u.generated_at >= u.created_at));
  BOOST_TEST(must(store->set_mail(id, mail_action::pause)).mail == d::mail_stop::paused);
  auto s = world.settlement_store();
  BOOST_TEST((must(s->stopped_uploads()) == std::vector<std::int64_t>{id}));
  must(s->begin({}));
  BOOST_TEST((must(s->others_intents(0)).stopped == std::vector<std::int64_t>{id}));
  s->rollback();
  hold_one(world, "a", id);
  auto row = *find_one(*store, "a");
  BOOST_TEST(row.held);
  BOOST_TEST(row.status == d::debt_status::generated);
  BOOST_TEST(row.failure == "stopped");
  // Nothing is wrong with it.
  BOOST_TEST(must(store->upload_problems(id, -1, 10)).empty());
  must(store->release_held(10));
  BOOST_TEST(find_one(*store, "a")->held);
  u = must(store->find_upload(id));
  BOOST_TEST(u.held == 1);
  BOOST_TEST(u.state == d::upload_state::processing);

  u = must(store->set_mail(id, mail_action::cancel));
  BOOST_TEST(u.state == d::upload_state::done);
  BOOST_TEST(u.done_at.has_value());
  BOOST_TEST(fails_with(store->set_mail(id, mail_action::pause), d::errc::wrong_state));
  BOOST_TEST(fails_with(store->set_mail(id + 1000, mail_action::pause), d::errc::not_found));
  must(store->release_held(10));
  BOOST_TEST(find_one(*store, "a")->held);

  u = must(store->set_mail(id, mail_action::resume));
  BOOST_TEST(u.state == d::upload_state::processing);
  BOOST_TEST(must(s->stopped_uploads()).empty());
  must(store->release_held(10));
  row = *find_one(*store, "a");
  BOOST_TEST(!row.held);
  BOOST_TEST(row.failure == "");
  BOOST_TEST(must(store->find_upload(id)).held == 0);
  auto entries = must(store->claim_outbox(10, 1min));
  BOOST_REQUIRE_EQUAL(entries.size(), 1u);
  BOOST_TEST(entries[0].key == "a");
}

template <class World>
void an_aborted_upload_counts_what_workers_saw(World& world) {
  auto store = world.debt_store();
  auto id = must(store->open_upload(60s));
  must(store->abort_upload(id, {500, 1000, 3}));
  must(store->abort_upload(id, {500, 1000, 3}));
  settle_one(world, "a", d::debt_status::emailed, {id, 0});
  auto u = must(store->find_upload(id));
  BOOST_TEST(u.state == d::upload_state::aborted);
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
  std::vector<d::upload_so_far> seen{{renewed, {}}, {finished, {}}};
  must(store->renew_uploads(seen, 60s));
  must(store->renew_uploads({}, 60s));
  must(store->expire_leases());
  BOOST_TEST(must(store->find_upload(dead)).state == d::upload_state::aborted);
  BOOST_TEST(must(store->find_upload(alive)).state == d::upload_state::receiving);
  BOOST_TEST(must(store->find_upload(renewed)).state == d::upload_state::receiving);
  BOOST_TEST(must(store->find_upload(finished)).state == d::upload_state::done);
}

template <class World>
void an_upload_under_way_never_has_more_ends_than_rows(World& world) {
  auto store = world.debt_store();
  auto id = must(store->open_upload(60s));
  std::vector<d::upload_so_far> seen{{id, {700, 1, 2}}};
  must(store->renew_uploads(seen, 60s));
  auto u = must(store->find_upload(id));
  BOOST_TEST(u.bytes == 700);
  BOOST_TEST(u.accepted == 1);
  BOOST_TEST(u.rejected == 2);
  settle_one(world, "a", d::debt_status::emailed, {id, 0}, 0);
  settle_one(world, "b", d::debt_status::failed, {id, 1}, 1);
  u = must(store->find_upload(id));
  BOOST_TEST(u.state == d::upload_state::receiving);
  BOOST_TEST(u.ended() == 2);
  BOOST_TEST(u.accepted == 2);
  BOOST_TEST(u.rejected == 2);
}

template <class World>
void an_upload_whose_process_died_has_its_rejected_rows_and_a_reason(World& world) {
  auto store = world.debt_store();
  auto id = must(store->open_upload(-1s));
  std::vector<d::row_problem> rejected{{0, "", "name", "required", "x", "a;"},
                                       {4, "", "name", "required", "x", "b;"}};
  must(store->record_problems(id, {"debtId;name", ';'}, rejected));
  std::vector<d::row_problem> conflict{{2, "c", "debt_id", "conflict", "other"}};
  must(store->record_problems(id, {}, conflict));
  must(store->expire_leases());
  auto u = must(store->find_upload(id));
  BOOST_TEST(u.state == d::upload_state::aborted);
  BOOST_TEST(u.rejected == 2);
  BOOST_TEST(u.form.header == "debtId;name");
  BOOST_TEST(u.form.separator == ';');
  BOOST_TEST(u.failure.code == "process_lost");
  BOOST_TEST(u.failure.text != "");
}

template <class World>
void an_aborted_upload_tells_why(World& world) {
  auto store = world.debt_store();
  auto id = must(store->open_upload(60s));
  BOOST_TEST(must(store->find_upload(id)).failure.code == "");
  std::vector<d::row_problem> rejected{{0, "", "", "x", "y", "a"}, {1, "", "", "x", "y", "b"}};
  must(store->record_problems(id, {"h", ','}, rejected));
  must(store->abort_upload(id, {500, 0, 1, {}, {"client_gone", "it \xff went"}}));
  const auto u = must(store->list_uploads(1, 0)).at(0);
  BOOST_TEST(u.failure.code == "client_gone");
  BOOST_TEST(u.failure.text.ends_with(" went"));
  // What a chunk has stored counts, whether or not it has been told of.
  BOOST_TEST(u.rejected == 2);
  BOOST_TEST(must(store->find_upload(id)).form.header == "h");
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
void uploads_are_found_by_ids_together_with_the_newest(World& world) {
  auto store = world.debt_store();
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 5; ++i)
    ids.push_back(must(store->open_upload(60s)));
  const auto found = [&](std::vector<std::int64_t> wanted, int newest) {
    std::vector<std::int64_t> out;
    for (const auto& u : must(store->find_uploads(wanted, newest)))
      out.push_back(u.upload_id);
    return out;
  };
  using list = std::vector<std::int64_t>;
  BOOST_TEST((found({}, 0) == list{}));
  BOOST_TEST((found({ids[1], ids[3], ids[4] + 1}, 0) == list{ids[3], ids[1]}));
  BOOST_TEST((found({ids[0], ids[4]}, 2) == list{ids[4], ids[3], ids[0]}));
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
  settle_one(world, "g5", d::debt_status::generated, {id, 5}, 4);
  std::vector<d::row_problem> rejected{
      {4, std::string{"\xff\0{", 3}, "email", "email_syntax", "not \"an\" address, {\\}"},
      {0, "r0", "debt_amount", "amount_format", "bad"},
      {2'000'000'000'000, "", "", "field_count", "too few"},
  };
  must(store->record_problems(id, {}, rejected));
  must(store->record_problems(id, {}, rejected));
  must(store->record_problems(id, {}, {}));
  std::vector<d::row_problem> seen;
  for (std::int64_t after = -1;;) {
    auto page = must(store->upload_problems(id, after, 2));
    if (page.empty())
      break;
    BOOST_TEST(page.size() <= 2u);
    after = page.back().row;
    seen.insert(seen.end(), page.begin(), page.end());
  }
  BOOST_REQUIRE_EQUAL(seen.size(), 6u);
  BOOST_TEST(seen[0].debt_id == "r0");
  BOOST_TEST(seen[0].field == "debt_amount");
  BOOST_TEST(seen[1].debt_id == "i1");
  BOOST_TEST(seen[1].code == "in_doubt");
  BOOST_TEST(seen[2].row == 3);
  BOOST_TEST(seen[2].code == "failed");
  BOOST_TEST(seen[2].error == "no such mailbox");
  BOOST_TEST(seen[3].debt_id == "��{");
  BOOST_TEST(seen[3].error == "not \"an\" address, {\\}");
  BOOST_TEST(seen[4].row == 5);
  BOOST_TEST(seen[4].debt_id == "g5");
  BOOST_TEST(seen[4].code == "put_off");
  BOOST_TEST(seen[4].error == "mailbox full");
  BOOST_TEST(seen[5].row == 2'000'000'000'000);
}

/// Everything that `upload_problems` tells, page by page of at most `limit` rows.
inline std::vector<std::vector<d::row_problem>> pages_of(d::debt_store& store, std::int64_t upload,
                                                         int limit) {
  std::vector<std::vector<d::row_problem>> pages;
  for (std::int64_t after = -1;;) {
    auto page = must(store.upload_problems(upload, after, limit));
    if (page.empty())
      return pages;
    after = page.back().row;
    pages.push_back(std::move(page));
  }
}

template <class World>
void rejected_rows_come_back_as_they_were(World& world) {
  auto store = world.debt_store();
  auto id = must(store->open_upload(60s));
  const std::string_view hostile[] = {"Ana,1,ana@x,10,2026-01-01,a1",
                                      "\xff\xfe,caf\xe9,\x80",
                                      {"a\0b,\0", 5},
                                      "\"quoted\nand \"\"more\"\"\",x",
                                      "\\x41",
                                      "{},NULL,\\,\"\\\"\"",
                                      "'; drop table uploads; --",
                                      "\t\t\t",
                                      "=1+1;@x;-2",
                                      "ação 💸 한국어",
                                      "\xef\xbb\xbf,\r\r"};
  std::vector<d::row_problem> rejected;
  for (auto raw : hostile)
    rejected.push_back(
        {static_cast<std::int64_t>(rejected.size()), "", "name", "x", "y", std::string{raw}});
  rejected.push_back({99, "a conflict", "", "conflict", ""});
  must(store->record_problems(id, {}, rejected));
  auto pages = pages_of(*store, id, 1000);
  BOOST_REQUIRE_EQUAL(pages.size(), 1u);
  BOOST_REQUIRE_EQUAL(pages[0].size(), rejected.size());
  for (std::size_t i = 0; i < rejected.size(); ++i)
    BOOST_TEST(pages[0][i].raw == rejected[i].raw);
}

template <class World>
void large_rejected_rows_come_in_small_pages(World& world) {
  auto store = world.debt_store();
  auto id = must(store->open_upload(60s));
  std::vector<d::row_problem> rejected;
  for (int i = 0; i < 200; ++i)
    rejected.push_back({i, "", "", "x", "y", std::string(64 * 1024, static_cast<char>(i))});
  must(store->record_problems(id, {}, rejected));
  std::int64_t next = 0;
  for (const auto& page : pages_of(*store, id, 1000)) {
    BOOST_TEST(page.size() <= 64u);
    for (const auto& p : page) {
      BOOST_TEST(p.row == next);
      BOOST_TEST((p.raw == rejected[static_cast<std::size_t>(next)].raw));
      ++next;
    }
  }
  BOOST_TEST(next == 200);
}

template <class World>
void the_header_of_a_file_is_kept_as_it_was(World& world) {
  auto store = world.debt_store();
  const std::string_view header{"name\tpre\xe7o\0\temail", 16};
  for (auto abort : {false, true}) {
    auto id = must(store->open_upload(60s));
    BOOST_TEST(must(store->find_upload(id)).form.header == "");
    BOOST_TEST(must(store->find_upload(id)).form.separator == 0);
    d::upload_totals totals{10, 1, 1, {std::string{header}, '\t'}};
    for (int i = 0; i < 2; ++i)
      must(abort ? store->abort_upload(id, totals) : store->finish_upload(id, totals));
    auto u = must(store->find_upload(id));
    BOOST_TEST(u.form.header == header);
    BOOST_TEST(u.form.separator == '\t');
  }
}

} // namespace bankslip::test::debt_contract
