#pragma once

#include "tests/support/debt_contract/debts.hpp"
#include "tests/support/settlement_contract/helpers.hpp"

/// Clauses about which events are written, and when.
namespace bankslip::test::webhook_contract {

using namespace settlement_contract;
using kind = d::event_kind;

constexpr d::event_set everything{kind::upload_done, kind::upload_aborted, kind::bankslip_failed,
                                  kind::bankslip_in_doubt, kind::bankslip_emailed};

/// Every event that waits, oldest first.
template <class World>
std::vector<d::webhook_event> events_of(World& world) {
  return must(world.webhook_store()->claim(100, 0ms));
}

template <class World>
std::vector<std::string> types_of(World& world) {
  std::vector<std::string> out;
  for (const auto& e : events_of(world))
    out.push_back(e.type);
  return out;
}
using types = std::vector<std::string>;

/// Settles a batch of one debt that ends as `status` and says so.
template <class World>
d::settlement one_row(World&, d::settlement_store& s, const std::string& id, d::debt_status status,
                      d::origin from, std::int32_t partition, std::int64_t offset) {
  auto end = start(s, partition, offset, offset);
  batch b;
  auto& row = b.add(id);
  row.status = status;
  row.propagated = status == d::debt_status::emailed;
  row.failure = row.propagated ? "" : "no such \"mailbox\"";
  row.from = from;
  must(s.copy(b.rows()));
  end.told.push_back(id);
  d::upload_progress p;
  p.upload_id = from.upload_id;
  p.emailed = status == d::debt_status::emailed;
  p.failed = status == d::debt_status::failed;
  p.in_doubt = status == d::debt_status::in_doubt;
  p.counted_through = offset;
  if (from)
    end.progress.push_back(p);
  return end;
}

template <class World>
void settle_row(World& world, const std::string& id, d::debt_status status, d::origin from,
                std::int32_t partition = 0, std::int64_t offset = 0) {
  auto s = world.settlement_store();
  must(s->settle(one_row(world, *s, id, status, from, partition, offset)));
}

template <class World>
void nothing_is_told_where_nobody_asked(World& world) {
  auto store = world.debt_store();
  auto id = must(store->open_upload(60s));
  must(store->finish_upload(id, {1, 1, 0}));
  debt_contract::settle_one(world, "a", d::debt_status::failed, {id, 0});
  must(store->abort_upload(must(store->open_upload(60s)), {}));
  must(store->open_upload(-1s));
  must(store->expire_leases());
  BOOST_TEST(types_of(world).empty());
}

template <class World>
void debts_are_told_with_the_batch_that_ends_them(World& world) {
  world.tell(everything);
  settle_row(world, "f", d::debt_status::failed, {7, 3});
  settle_row(world, "d", d::debt_status::in_doubt, {}, 0, 1);
  settle_row(world, "e", d::debt_status::emailed, {}, 0, 2);
  auto told = events_of(world);
  BOOST_REQUIRE_EQUAL(told.size(), 3u);
  BOOST_TEST(told[0].type == "bankslip.failed");
  const auto& debt = std::get<d::stored_debt>(told[0].facts);
  BOOST_TEST(debt.content.debt_id == "f");
  BOOST_TEST(debt.status == d::debt_status::failed);
  BOOST_TEST(debt.failure == "no such \"mailbox\"");
  BOOST_TEST(debt.attempt == 1);
  BOOST_TEST(debt.linha_digitavel == "34191790010104351004791020150008291070026000");
  BOOST_TEST((debt.from == d::origin{7, 3}));
  // Nobody's name or address.
  BOOST_TEST(debt.content.name == "");
  BOOST_TEST(debt.content.email == "");
  BOOST_TEST(told[1].type == "bankslip.in_doubt");
  BOOST_TEST(!std::get<d::stored_debt>(told[1].facts).from);
  BOOST_TEST(told[2].type == "bankslip.emailed");
  BOOST_TEST(std::get<d::stored_debt>(told[2].facts).status == d::debt_status::emailed);
  BOOST_TEST(!told[0].message_id.empty());
  BOOST_TEST(told[0].message_id != told[1].message_id);
  BOOST_TEST((told[0].at <= told[2].at));
}

template <class World>
void nothing_is_told_of_an_undone_batch(World& world) {
  world.tell(everything);
  auto store = world.debt_store();
  auto id = must(store->open_upload(60s));
  must(store->finish_upload(id, {1, 1, 0}));
  auto s = world.settlement_store();
  auto end = one_row(world, *s, "a", d::debt_status::failed, {id, 0}, 0, 0);
  must(world.settlement_store()->drop_intent(end.intent_id));
  BOOST_TEST(fails_with(s->settle(end), d::errc::intent_lost));
  BOOST_TEST(types_of(world).empty());
  BOOST_TEST(must(store->find_upload(id)).state == d::upload_state::processing);
}

template <class World>
void an_upload_is_told_done_by_its_last_row(World& world) {
  world.tell(everything);
  auto store = world.debt_store();
  auto id = must(store->open_upload(60s));
  settle_row(world, "a", d::debt_status::emailed, {id, 0}, 0, 0);
  must(store->finish_upload(id, {1234, 3, 5}));
  settle_row(world, "b", d::debt_status::failed, {id, 1}, 1, 0);
  BOOST_TEST((types_of(world) == types{"bankslip.emailed", "bankslip.failed"}));
  settle_row(world, "c", d::debt_status::emailed, {id, 2}, 2, 0);
  auto told = events_of(world);
  BOOST_REQUIRE_EQUAL(told.size(), 4u);
  BOOST_TEST(told.back().type == "upload.done");
  const auto& u = std::get<d::upload_record>(told.back().facts);
  auto stored = must(store->find_upload(id));
  BOOST_TEST(u.upload_id == id);
  BOOST_TEST(u.state == d::upload_state::done);
  BOOST_TEST(u.bytes == 1234);
  BOOST_TEST(u.accepted == 3);
  BOOST_TEST(u.rejected == 5);
  BOOST_TEST(u.emailed == 2);
  BOOST_TEST(u.failed == 1);
  BOOST_TEST((u.created_at == stored.created_at));
  BOOST_TEST((u.received_at == stored.received_at));
  BOOST_TEST(u.done_at.has_value());
  BOOST_TEST((u.done_at == stored.done_at));
}

template <class World>
void an_upload_is_told_done_by_its_closing(World& world) {
  world.tell(everything);
  auto store = world.debt_store();
  auto id = must(store->open_upload(60s));
  settle_row(world, "a", d::debt_status::emailed, {id, 0});
  BOOST_TEST((types_of(world) == types{"bankslip.emailed"}));
  must(store->finish_upload(id, {10, 1, 0}));
  must(store->finish_upload(id, {10, 1, 0})); // again, after a lost answer
  BOOST_TEST((types_of(world) == types{"bankslip.emailed", "upload.done"}));
  auto none = must(store->open_upload(60s));
  must(store->finish_upload(none, {10, 0, 3}));
  BOOST_TEST((types_of(world) == types{"bankslip.emailed", "upload.done", "upload.done"}));
}

template <class World>
void an_upload_is_told_done_by_a_batch_of_duplicates(World& world) {
  world.tell(everything);
  auto store = world.debt_store();
  auto id = must(store->open_upload(60s));
  must(store->finish_upload(id, {10, 2, 0}));
  auto s = world.settlement_store();
  for (std::int64_t offset : {0, 1}) {
    std::vector<std::int64_t> ids{id};
    must(s->begin({0, 0, ids}));
    d::settlement end;
    end.partition = 0;
    end.last_offset = offset;
    end.progress = {{{0, 0, 1, 0, 0, 0}, id, offset}};
    must(s->settle(end));
  }
  BOOST_TEST((types_of(world) == types{"upload.done"}));
}

template <class World>
void an_upload_is_told_done_once_whatever_is_retried(World& world) {
  world.tell(everything);
  auto store = world.debt_store();
  auto id = must(store->open_upload(60s));
  must(store->finish_upload(id, {10, 1, 0}));
  settle_row(world, "a", d::debt_status::failed, {id, 0});
  auto done_at = must(store->find_upload(id)).done_at;
  must(store->retry("a", {}));
  BOOST_TEST(must(store->find_upload(id)).state == d::upload_state::processing);
  auto s = world.settlement_store();
  auto end = start(*s, 1, 0, 0);
  std::vector<std::string_view> keys{"a"};
  must(s->lock(keys));
  d::row_update u;
  u.debt_id = "a";
  u.status = d::debt_status::emailed;
  end.updates.push_back(u);
  end.told.push_back("a");
  end.progress = {{{0, 1, 0, 0, 0, 0}, id, 0}};
  must(s->settle(end));
  BOOST_TEST((types_of(world) == types{"bankslip.failed", "upload.done", "bankslip.emailed"}));
  auto again = must(store->find_upload(id));
  BOOST_TEST(again.state == d::upload_state::done);
  BOOST_TEST((again.done_at == done_at));
}

template <class World>
void an_aborted_upload_is_told_once(World& world) {
  world.tell(everything);
  auto store = world.debt_store();
  auto id = must(store->open_upload(60s));
  settle_row(world, "a", d::debt_status::emailed, {id, 0});
  const d::upload_totals totals{500, 1000, 3, {}, {"csv_invalid", "no header"}};
  must(store->abort_upload(id, totals));
  must(store->abort_upload(id, totals));
  must(store->open_upload(-1s));
  must(store->expire_leases());
  must(store->expire_leases());
  auto told = events_of(world);
  BOOST_REQUIRE_EQUAL(told.size(), 3u);
  BOOST_TEST(told[1].type == "upload.aborted");
  const auto& u = std::get<d::upload_record>(told[1].facts);
  BOOST_TEST(u.state == d::upload_state::aborted);
  BOOST_TEST(u.accepted == 1);
  BOOST_TEST(u.bytes == 500);
  BOOST_TEST(u.failure.code == "csv_invalid");
  BOOST_TEST(u.failure.text == "no header");
  BOOST_TEST(told[2].type == "upload.aborted");
}

template <class World>
void a_decision_is_told(World& world) {
  world.tell({kind::bankslip_emailed});
  for (const auto* id : {"a", "b"}) {
    auto s = world.settlement_store();
    auto end = one_row(world, *s, id, d::debt_status::in_doubt, {7, 3}, 0, id[0]);
    end.told.clear();
    must(s->settle(end));
  }
  auto store = world.debt_store();
  must(store->resolve("a", d::person_decision::sent));
  must(store->resolve("b", d::person_decision::resend));
  auto told = events_of(world);
  BOOST_REQUIRE_EQUAL(told.size(), 1u);
  BOOST_TEST(told[0].type == "bankslip.emailed");
  const auto& debt = std::get<d::stored_debt>(told[0].facts);
  BOOST_TEST(debt.content.debt_id == "a");
  BOOST_TEST(debt.status == d::debt_status::emailed);
}

} // namespace bankslip::test::webhook_contract
