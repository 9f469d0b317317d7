#pragma once

#include "tests/support/settlement_contract/helpers.hpp"

/// Clauses about rows of debts.
namespace bankslip::test::settlement_contract {

template <class World>
void copied_rows_can_be_read_once_settled(World& world) {
  auto s = world.settlement_store();
  auto other = world.settlement_store();
  auto end = start(*s);
  batch b;
  b.add("b").from = {7, 3};
  b.add("a");
  auto& failed = b.add("c");
  failed.propagated = false;
  failed.status = d::debt_status::failed;
  failed.failure = "no such mailbox";
  auto& in_doubt = b.add("d");
  in_doubt.propagated = false;
  in_doubt.status = d::debt_status::in_doubt;
  auto& generated = b.add("e");
  generated.propagated = false;
  generated.status = d::debt_status::generated;
  generated.slip_details = R"({"nosso_numero":"1"})";
  auto& imported = b.add("f");
  imported.propagated = false;
  imported.linha_digitavel = {};
  imported.status = d::debt_status::imported;
  must(s->copy(b.rows()));
  BOOST_TEST(!exists(*other, "a"));
  must(s->settle(end));

  auto row = one(*other, "b");
  BOOST_TEST(row.content == sample_debt("b"));
  BOOST_TEST(row.status == d::debt_status::emailed);
  BOOST_TEST(row.linha_digitavel == "34191790010104351004791020150008291070026000");
  BOOST_TEST((row.from == d::origin{7, 3}));
  BOOST_TEST(row.attempt == 1);
  BOOST_TEST(row.put_offs == 0);
  BOOST_TEST(row.updated_on.has_value());
  BOOST_TEST(!row.mail_tried_at.has_value());
  BOOST_TEST(!one(*other, "a").from);
  BOOST_TEST(one(*other, "c").status == d::debt_status::failed);
  BOOST_TEST(one(*other, "c").failure == "no such mailbox");
  BOOST_TEST(one(*other, "d").status == d::debt_status::in_doubt);
  BOOST_TEST(one(*other, "e").status == d::debt_status::generated);
  BOOST_TEST(one(*other, "e").slip_details == R"({"nosso_numero":"1"})");
  BOOST_TEST(one(*other, "f").status == d::debt_status::imported);
  BOOST_TEST(!one(*other, "f").updated_on.has_value());
}

template <class World>
void a_check_finds_what_a_repetition_is_known_by(World& world) {
  auto s = world.settlement_store();
  auto end = start(*s);
  batch b;
  b.add("a").from = {7, 3};
  auto& failed = b.add("b");
  failed.propagated = false;
  failed.status = d::debt_status::failed;
  auto& in_doubt = b.add("c");
  in_doubt.propagated = false;
  in_doubt.status = d::debt_status::in_doubt;
  auto& generated = b.add("d");
  generated.propagated = false;
  generated.status = d::debt_status::generated;
  generated.slip_details = R"({"nosso_numero":"1"})";
  generated.from = {8, 4};
  must(s->copy(b.rows()));
  must(s->settle(end));

  // What an earlier question left must not show through.
  d::stored_debt old;
  old.content = sample_debt("x");
  old.linha_digitavel = "1";
  old.slip_details = "{}";
  old.failure = "old";
  old.put_offs = 3;
  old.mail_tried_at = d::utc_time{};
  d::found_debts found{{{1, {}}}, std::vector<d::stored_debt>(7, old), {1, 2, 3}};
  const std::vector<std::string_view> ids{"a", "aa", "b", "c", "d", "none"};
  must(s->find(bare_debts{ids}, found));
  BOOST_TEST(found.same.empty());
  BOOST_REQUIRE_EQUAL(found.asked.size(), found.rows.size());
  for (std::size_t i = 0; i < found.rows.size(); ++i)
    BOOST_TEST(ids.at(found.asked[i]) == found.rows[i].content.debt_id);
  auto& rows = found.rows;
  std::sort(rows.begin(), rows.end(),
            [](const auto& x, const auto& y) { return x.content.debt_id < y.content.debt_id; });
  BOOST_REQUIRE_EQUAL(rows.size(), 4u);
  const d::debt_status states[] = {d::debt_status::emailed, d::debt_status::failed,
                                   d::debt_status::in_doubt, d::debt_status::generated};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    BOOST_TEST((rows[i].content == sample_debt(std::string(1, static_cast<char>('a' + i)))));
    BOOST_TEST(rows[i].status == states[i]);
    BOOST_TEST(rows[i].failure.empty());
    BOOST_TEST(rows[i].put_offs == 0);
    BOOST_TEST(!rows[i].mail_tried_at.has_value());
  }
  BOOST_TEST((rows[0].from == d::origin{7, 3}));
  BOOST_TEST(!rows[1].from);
  BOOST_TEST((rows[3].from == d::origin{8, 4}));
  BOOST_TEST(rows[3].linha_digitavel == one(*s, "d").linha_digitavel);
  BOOST_TEST(!rows[3].linha_digitavel.empty());
  BOOST_TEST(rows[3].slip_details == R"({"nosso_numero":"1"})");
}

template <class World>
void a_check_tells_no_content_that_was_asked_for(World& world) {
  auto s = world.settlement_store();
  auto end = start(*s);
  batch b;
  for (auto id : {"amount", "date", "document", "email", "name", "same"})
    b.add(id).from = {7, 3};
  auto& generated = b.add("unfinished");
  generated.propagated = false;
  generated.status = d::debt_status::generated;
  must(s->copy(b.rows()));
  must(s->settle(end));

  std::vector<d::debt> asked;
  for (const auto& row : b.rows())
    asked.push_back(*row.content);
  asked[0].amount.cents += 1;
  asked[1].due_date += std::chrono::days{1};
  asked[2].government_id += "0";
  asked[3].email = "other@example.com";
  asked[4].name += " ";
  std::vector<const d::debt*> debts;
  for (const auto& debt : asked)
    debts.push_back(&debt);
  d::found_debts found;
  must(s->find(debts, found));
  BOOST_REQUIRE_EQUAL(found.same.size(), 1u);
  BOOST_TEST(found.same[0].asked == 5u);
  BOOST_TEST((found.same[0].from == d::origin{7, 3}));
  BOOST_REQUIRE_EQUAL(found.rows.size(), 6u);
  for (std::size_t i = 0; i < found.rows.size(); ++i)
    BOOST_TEST(found.rows[i].content == *b.rows()[found.asked.at(i)].content);
}

template <class World>
void inserted_rows_are_the_same_as_copied_ones(World& world) {
  auto s = world.settlement_store();
  auto end = start(*s);
  batch b;
  int n = 0;
  for (auto cents : {1, 10, 99, 100, 101, 9999, 10000, 123456, 1000000, 100000000}) {
    for (auto way : {"copy-", "insert-"}) {
      auto& row = b.add(way + std::to_string(n));
      b.last().amount = d::money{cents};
      row.from = {1, n};
    }
    ++n;
  }
  for (auto way : {"copy-max", "insert-max"}) {
    b.add(way);
    b.last().amount = d::max_amount;
    b.last().due_date = *d::parse_date("2049-10-13");
  }
  std::vector<d::new_row> copied, inserted;
  for (const auto& row : b.rows())
    (row.content->debt_id.starts_with("copy") ? copied : inserted).push_back(row);
  must(s->copy(copied));
  auto won = must(s->insert(inserted));
  BOOST_TEST(std::count(won.begin(), won.end(), true) == static_cast<long>(inserted.size()));
  must(s->settle(end));
  for (const auto& row : b.rows()) {
    auto stored = one(*s, row.content->debt_id);
    BOOST_TEST((stored.content == *row.content), row.content->debt_id);
    BOOST_TEST((stored.from == row.from));
    BOOST_TEST(stored.status == d::debt_status::emailed);
    BOOST_TEST(stored.updated_on.has_value());
  }
}

template <class World>
void a_copy_onto_a_taken_key_writes_nothing(World& world) {
  auto s = world.settlement_store();
  auto end = start(*s);
  batch first;
  first.add("b");
  must(s->copy(first.rows()));
  must(s->settle(end));

  end = start(*s, 0, 10, 19);
  batch second;
  second.add("a");
  second.add("b");
  second.add("c");
  BOOST_TEST(fails_with(s->copy(second.rows()), d::errc::already_stored));
  BOOST_TEST(!exists(*s, "a"));
  // The transaction is over; the intent is still there.
  must(s->begin({}));
  auto won = must(s->insert(second.rows()));
  BOOST_TEST((won == std::vector<bool>{true, false, true}));
  must(s->settle(end));
  BOOST_TEST(exists(*s, "a"));
  BOOST_TEST(exists(*s, "c"));
}

template <class World>
void nothing_is_left_of_a_rolled_back_transaction(World& world) {
  auto s = world.settlement_store();
  start(*s);
  batch b;
  b.add("a");
  must(s->copy(b.rows()));
  s->rollback();
  BOOST_TEST(!exists(*s, "a"));
  s->rollback(); // without a transaction: nothing happens
}

template <class World>
void empty_batches_are_no_error(World& world) {
  auto s = world.settlement_store();
  auto end = start(*s);
  must(s->copy({}));
  BOOST_TEST(must(s->insert({})).empty());
  BOOST_TEST(must(s->lock({})).empty());
  must(s->settle(end));
  BOOST_TEST(found(*s, {}).empty());
}

template <class World>
void locked_rows_come_in_order_and_can_be_changed(World& world) {
  auto s = world.settlement_store();
  auto end = start(*s);
  batch b;
  for (auto id : {"a", "b", "c", "d"}) {
    auto& row = b.add(id);
    row.propagated = false;
    row.status = d::debt_status::generated;
    row.slip_details = "{}";
  }
  must(s->copy(b.rows()));
  end.updates.push_back({"d", d::debt_status::emailed, "", "", "", 0, {}});
  must(s->settle(end));
  BOOST_TEST(one(*s, "d").status == d::debt_status::emailed);

  end = start(*s, 0, 10, 19);
  std::vector<std::string_view> ids{"a", "b", "c", "x"};
  auto rows = must(s->lock(ids));
  BOOST_REQUIRE_EQUAL(rows.size(), 3u);
  BOOST_TEST(rows[0].content.debt_id == "a");
  BOOST_TEST(rows[2].content.debt_id == "c");
  d::utc_time tried{1'700'000'000'123'456us};
  end.updates.push_back({"a", d::debt_status::failed, "", "", "bounced", 3, tried});
  end.updates.push_back({"b", d::debt_status::in_doubt, "", "", "", 0, {}});
  end.updates.push_back({"c", d::debt_status::generated, "slip", "{1}", "", 2, tried});
  must(s->settle(end));
  auto a = one(*s, "a");
  BOOST_TEST(a.status == d::debt_status::failed);
  BOOST_TEST(a.failure == "bounced");
  BOOST_TEST(a.put_offs == 3);
  BOOST_TEST((a.mail_tried_at == tried));
  // The slip stands for ever.
  BOOST_TEST(a.linha_digitavel == b.rows()[0].linha_digitavel);
  BOOST_TEST(a.slip_details == "{}");
  BOOST_TEST(one(*s, "b").status == d::debt_status::in_doubt);
  BOOST_TEST(one(*s, "c").status == d::debt_status::generated);
  BOOST_TEST(one(*s, "c").linha_digitavel == "slip");
}

} // namespace bankslip::test::settlement_contract
