#pragma once

#include "tests/support/debt_contract/debts.hpp"

/// Clauses about lists of debts and the retry of an upload.
namespace bankslip::test::debt_contract {

using id_list = std::vector<std::string>;

/// Ids of a whole list, in pages of `limit`; `between` is called after each page.
template <class F>
id_list listed(d::debt_store& store, const d::debt_filter& filter, int limit, F between) {
  id_list ids;
  d::list_position after;
  for (int pages = 0; pages < 1000; ++pages) {
    auto page = must(store.list_debts(filter, limit, after));
    BOOST_TEST(page.debts.size() <= static_cast<std::size_t>(limit));
    for (const auto& debt : page.debts)
      ids.push_back(debt.content.debt_id);
    if (!page.next)
      return ids;
    BOOST_REQUIRE((*page.next != after));
    after = *page.next;
    between();
  }
  BOOST_FAIL("the list has no end");
  return ids;
}

inline id_list listed(d::debt_store& store, const d::debt_filter& filter, int limit = 2) {
  return listed(store, filter, limit, [] {});
}

inline d::debt_filter with_status(d::debt_status s, std::int64_t upload = 0) {
  d::debt_filter filter;
  filter.status = s;
  filter.upload_id = upload;
  return filter;
}

template <class World>
void every_debt_is_on_one_page_whatever_is_written_meanwhile(World& world) {
  auto store = world.debt_store();
  BOOST_TEST(listed(*store, {}).empty());
  for (auto id : {"b", "d", "'; drop table bankslips; --", "f", "\\x", "B"})
    must(create_one(*store, sample_debt(id)));
  settle_one(world, "e", d::debt_status::failed, {});
  int n = 0;
  auto ids = listed(*store, {}, 2, [&] {
    must(create_one(*store, sample_debt("a" + std::to_string(++n)))); // before them or between
    if (n == 1)
      must(store->retry("e", "other@example.com"));
  });
  std::erase_if(ids, [](const auto& id) { return id.starts_with('a'); });
  BOOST_TEST((ids == id_list{"'; drop table bankslips; --", "B", "\\x", "b", "d", "e", "f"}));
}

template <class World>
void debts_are_listed_by_status(World& world) {
  auto store = world.debt_store();
  auto upload = must(store->open_upload(60s));
  settle_one(world, "f2", d::debt_status::failed, {upload, 1}, 0);
  settle_one(world, "f1", d::debt_status::failed, {upload, 2}, 1);
  settle_one(world, "f0", d::debt_status::failed, {}, 2);
  settle_one(world, "doubtful", d::debt_status::in_doubt, {upload, 3}, 3);
  settle_one(world, "mailed", d::debt_status::emailed, {upload, 4}, 4);
  settle_one(world, "put off", d::debt_status::generated, {upload, 5}, 5);
  must(create_one(*store, sample_debt("new")));
  BOOST_TEST((listed(*store, with_status(d::debt_status::failed)) == id_list{"f0", "f1", "f2"}));
  BOOST_TEST(
      (listed(*store, with_status(d::debt_status::failed, upload), 1) == id_list{"f2", "f1"}));
  BOOST_TEST((listed(*store, with_status(d::debt_status::in_doubt)) == id_list{"doubtful"}));
  BOOST_TEST((listed(*store, with_status(d::debt_status::emailed, upload)) == id_list{"mailed"}));
  BOOST_TEST(
      (listed(*store, with_status(d::debt_status::generated, upload)) == id_list{"put off"}));
  BOOST_TEST(listed(*store, with_status(d::debt_status::imported, upload)).empty());
  auto imported = with_status(d::debt_status::imported);
  imported.email = sample_debt("new").email;
  BOOST_TEST((listed(*store, imported) == id_list{"new"}));
}

template <class World>
void an_upload_is_listed_by_row_and_changes_move_nothing(World& world) {
  auto store = world.debt_store();
  auto upload = must(store->open_upload(60s));
  auto other = must(store->open_upload(60s));
  // Rows far apart, as where all between them were rejected.
  const std::pair<const char*, std::int64_t> rows[] = {
      {"z", 0}, {"y", 1}, {"x", 19'999}, {"w", 20'000}, {"v", 499'998}, {"u", 499'999}};
  std::int64_t offset = 0;
  for (auto [id, row] : rows) {
    settle_one(world, id, d::debt_status::failed, {upload, row}, offset++);
    settle_one(world, std::string{"o"} + id, d::debt_status::emailed, {other, row}, offset++);
  }
  d::debt_filter filter;
  filter.upload_id = upload;
  const id_list all{"z", "y", "x", "w", "v", "u"};
  for (auto finished : {false, true}) {
    for (int limit : {1, 2, 5, 6, 500})
      BOOST_TEST((listed(*store, filter, limit) == all));
    if (!finished)
      must(store->finish_upload(upload, {1, 6, 499'994}));
  }
  // Each change writes the row anew, somewhere else.
  auto changed = all;
  BOOST_TEST((listed(*store, filter, 1,
                     [&] {
                       if (!changed.empty())
                         must(store->retry(changed.back(), {}));
                       if (!changed.empty())
                         changed.pop_back();
                     })
              == all));
  filter.upload_id = 4711;
  BOOST_TEST(listed(*store, filter).empty());
}

template <class World>
void a_person_is_found_by_address_or_document_letter_by_letter(World& world) {
  auto store = world.debt_store();
  for (int i = 0; i < 5; ++i) {
    auto debt = sample_debt("d" + std::to_string(i));
    debt.email = i < 3 ? "ana@example.com" : "Ana@example.com";
    debt.government_id = i % 2 == 0 ? "00'1" : "2";
    must(create_one(*store, debt));
  }
  d::debt_filter filter;
  filter.email = "ana@example.com";
  BOOST_TEST((listed(*store, filter) == id_list{"d0", "d1", "d2"}));
  filter.government_id = "00'1";
  BOOST_TEST((listed(*store, filter) == id_list{"d0", "d2"}));
  filter.email.clear();
  BOOST_TEST((listed(*store, filter) == id_list{"d0", "d2", "d4"}));
  filter.government_id = "' or true --";
  BOOST_TEST(listed(*store, filter).empty());
}

template <class World>
void both_due_days_belong_to_the_span(World& world) {
  auto store = world.debt_store();
  for (int day = 1; day <= 5; ++day) {
    auto debt = sample_debt("d" + std::to_string(day));
    debt.due_date = *d::parse_date("2030-01-0" + std::to_string(day));
    must(create_one(*store, debt));
  }
  d::debt_filter filter;
  filter.due_from = d::parse_date("2030-01-02");
  filter.due_to = d::parse_date("2030-01-04");
  BOOST_TEST((listed(*store, filter) == id_list{"d2", "d3", "d4"}));
  filter.due_from.reset();
  BOOST_TEST((listed(*store, filter) == id_list{"d1", "d2", "d3", "d4"}));
}

template <class World>
void a_status_can_stand_alone(World& world) {
  auto store = world.debt_store();
  std::int64_t offset = 0;
  for (auto id : {"a", "c", "e"}) {
    settle_one(world, id, d::debt_status::emailed, {}, offset++);
    settle_one(world, "g" + std::string{id}, d::debt_status::generated, {}, offset++);
    must(create_one(*store, sample_debt("i" + std::string{id})));
  }
  for (int limit : {1, 2, 3, 10}) {
    BOOST_TEST(
        (listed(*store, with_status(d::debt_status::emailed), limit) == id_list{"a", "c", "e"}));
    BOOST_TEST((listed(*store, with_status(d::debt_status::generated), limit)
                == id_list{"ga", "gc", "ge"}));
    BOOST_TEST((listed(*store, with_status(d::debt_status::imported), limit)
                == id_list{"ia", "ic", "ie"}));
  }
}

template <class World>
void all_failed_debts_of_an_upload_are_begun_anew_once(World& world) {
  auto store = world.debt_store();
  auto upload = must(store->open_upload(60s));
  auto other = must(store->open_upload(60s));
  must(store->finish_upload(upload, {1, 6, 0}));
  for (int i = 0; i < 5; ++i)
    settle_one(world, "f" + std::to_string(i), d::debt_status::failed, {upload, i}, i);
  settle_one(world, "mailed", d::debt_status::emailed, {upload, 5}, 5);
  settle_one(world, "of another", d::debt_status::failed, {other, 0}, 6);
  const auto retry_all = [&] {
    std::int64_t retried = 0;
    for (d::list_position after;;) {
      auto page = must(store->retry_upload(upload, 2, after));
      BOOST_TEST(page.retried <= 2);
      retried += page.retried;
      if (!page.next)
        return retried;
      after = *page.next;
    }
  };
  BOOST_TEST(retry_all() == 5);
  BOOST_TEST(retry_all() == 0);
  auto row = find_one(*store, "f3").value();
  BOOST_TEST(row.status == d::debt_status::generated);
  BOOST_TEST(row.attempt == 2);
  BOOST_TEST(row.failure == "");
  auto u = must(store->find_upload(upload));
  BOOST_TEST(u.failed == 0);
  BOOST_TEST(u.emailed == 1);
  BOOST_TEST(u.state == d::upload_state::processing);
  BOOST_TEST(find_one(*store, "of another").value().status == d::debt_status::failed);
  BOOST_TEST(must(store->find_upload(other)).failed == 1);
  id_list published;
  for (const auto& entry : must(store->claim_outbox(10, 60s)))
    published.push_back(entry.key);
  std::sort(published.begin(), published.end());
  BOOST_TEST((published == id_list{"f0", "f1", "f2", "f3", "f4"}));
}

} // namespace bankslip::test::debt_contract
