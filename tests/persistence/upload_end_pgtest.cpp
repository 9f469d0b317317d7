#include <boost/test/unit_test.hpp>

#include <future>

#include "tests/persistence/fault_helpers.hpp"
#include "tests/support/webhook_contract/events.hpp"

// Who is the last of an upload, when the last ones come together.

using namespace bankslip;
using namespace bankslip::test::webhook_contract;

BOOST_AUTO_TEST_SUITE(upload_end_pgtest)

namespace {

struct end_world {
  end_world() { database.options().events = everything; }

  std::unique_ptr<domain::settlement_store> settlement_store() {
    return persistence::make_settlement_store(database.options());
  }
  std::unique_ptr<domain::debt_store> debt_store() {
    return persistence::make_debt_store(database.options());
  }
  std::unique_ptr<domain::webhook_store> webhook_store() {
    return persistence::make_webhook_store(database.options(), "x");
  }

  std::int64_t open(std::int64_t accepted) {
    auto id = must(uploads->open_upload(60s));
    if (accepted >= 0)
      must(uploads->finish_upload(id, {1, accepted, 0}));
    return id;
  }
  void wait_for_waiting(int n) {
    test::wait_for(database, "select (count(*) = " + std::to_string(n)
                                 + ")::int from pg_locks where locktype = 'advisory' "
                                   "and not granted and database = (select oid from pg_database "
                                   "where datname = current_database())");
  }
  std::int64_t told_done() {
    return std::stoll(
        database.value("select count(*) from webhook_events where type = 'upload.done'"));
  }

  test::pg_database database;
  std::unique_ptr<domain::debt_store> uploads = debt_store();
  /// Holds up whoever may be the last, while its transaction is open.
  test::pg_session gate{database.options()};
  void close_gate(std::int64_t upload) {
    gate.exec("begin; select pg_advisory_xact_lock_shared(end_lock(" + std::to_string(upload)
              + "))");
  }
  void open_gate() { gate.exec("commit"); }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(of_two_last_lanes_that_finish_together_one_says_so, end_world) {
  auto id = open(2);
  auto a = settlement_store();
  auto b = settlement_store();
  auto of_a = one_row(*this, *a, "a", d::debt_status::emailed, {id, 0}, 0, 0);
  auto of_b = one_row(*this, *b, "b", d::debt_status::emailed, {id, 1}, 1, 0);
  close_gate(id);
  auto first = std::async(std::launch::async, [&] { return a->settle(of_a); });
  auto second = std::async(std::launch::async, [&] { return b->settle(of_b); });
  wait_for_waiting(2);
  open_gate();
  must(first.get());
  must(second.get());
  BOOST_TEST(told_done() == 1);
  BOOST_TEST(must(uploads->find_upload(id)).state == d::upload_state::done);
}

BOOST_FIXTURE_TEST_CASE(of_the_last_lane_and_the_closing_one_says_so, end_world) {
  auto id = open(-1);
  auto a = settlement_store();
  auto of_a = one_row(*this, *a, "a", d::debt_status::emailed, {id, 0}, 0, 0);
  close_gate(id);
  auto closing = std::async(std::launch::async, [&] {
    return uploads->finish_upload(id, {1, 1, 0});
  });
  wait_for_waiting(1);
  // What is received yet is far from done: it waits for who was there before.
  auto lane = std::async(std::launch::async, [&] { return a->settle(of_a); });
  wait_for_waiting(2);
  open_gate();
  must(closing.get());
  must(lane.get());
  BOOST_TEST(told_done() == 1);
}

BOOST_FIXTURE_TEST_CASE(lanes_far_from_the_end_do_not_wait_for_one_another, end_world) {
  auto id = open(1000);
  close_gate(id);
  settle_row(*this, "a", d::debt_status::emailed, {id, 0}, 0, 0);
  settle_row(*this, "b", d::debt_status::emailed, {id, 1}, 1, 0);
  open_gate();
  BOOST_TEST(must(uploads->find_upload(id)).emailed == 2);
  BOOST_TEST(told_done() == 0);
}

BOOST_FIXTURE_TEST_CASE(a_record_that_ends_two_rows_is_waited_for, end_world) {
  auto id = open(4);
  close_gate(id);
  gate.exec("insert into upload_progress (upload_id, partition, emailed, duplicates) values ("
            + std::to_string(id) + ", 5, 1, 1)");
  must(settlement_store()->open_intent(request(5, 0, 0)));
  auto a = settlement_store();
  auto of_a = start(*a, 0, 0, 0);
  of_a.progress.resize(1);
  of_a.progress[0].upload_id = id;
  of_a.progress[0].emailed = of_a.progress[0].duplicates = 1;
  auto last = std::async(std::launch::async, [&] { return a->settle(of_a); });
  wait_for_waiting(1);
  open_gate();
  must(last.get());
  BOOST_TEST(told_done() == 1);
}

BOOST_FIXTURE_TEST_CASE(a_wave_of_many_uploads_has_one_lock_alone, end_world) {
  auto a = settlement_store();
  auto of_a = start(*a, 0, 0, 0);
  for (int i = 0; i < 65; ++i) {
    auto& line = of_a.progress.emplace_back();
    line.upload_id = open(1);
    line.emailed = 1;
  }
  close_gate(0);
  auto wave = std::async(std::launch::async, [&] { return a->settle(of_a); });
  wait_for_waiting(1);
  BOOST_TEST(database.value("select count(*) from pg_locks where locktype = 'advisory' and granted "
                            "and database = (select oid from pg_database where datname = "
                            "current_database())")
             == "1");
  open_gate();
  must(wave.get());
  BOOST_TEST(told_done() == 65);
}

BOOST_FIXTURE_TEST_CASE(the_last_lane_waits_for_those_that_were_far_from_the_end, end_world) {
  auto id = open(3);
  // A lane that was far from the end, and is now held up in its commit.
  close_gate(id);
  gate.exec("insert into upload_progress (upload_id, partition, emailed) values ("
            + std::to_string(id) + ", 5, 2)");
  auto a = settlement_store();
  auto of_a = one_row(*this, *a, "a", d::debt_status::emailed, {id, 0}, 0, 0);
  // Its intent is there as long as its transaction.
  must(settlement_store()->open_intent(request(5, 0, 9)));
  auto last = std::async(std::launch::async, [&] { return a->settle(of_a); });
  wait_for_waiting(1);
  open_gate();
  must(last.get());
  BOOST_TEST(told_done() == 1);
}

BOOST_FIXTURE_TEST_CASE(many_lanes_at_once_end_each_upload_once, end_world) {
  constexpr int lanes = 6, rounds = 15;
  std::vector<std::int64_t> ids;
  for (int i = 0; i < rounds; ++i)
    ids.push_back(open(lanes * 2));
  std::vector<std::future<void>> running;
  for (int lane = 0; lane < lanes; ++lane)
    running.push_back(std::async(std::launch::async, [&, lane] {
      auto s = settlement_store();
      std::int64_t offset = 0;
      for (auto id : ids)
        for (int i = 0; i < 2; ++i, ++offset) {
          auto end = start(*s, lane, offset, offset);
          end.progress = {{{0, 1, 0, 0, 0, 0}, id, offset}};
          must(s->settle(end));
        }
    }));
  for (auto& r : running)
    r.get();
  BOOST_TEST(told_done() == rounds);
  for (auto id : ids)
    BOOST_TEST(must(uploads->find_upload(id)).state == d::upload_state::done);
}

BOOST_AUTO_TEST_SUITE_END()
