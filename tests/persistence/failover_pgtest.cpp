#include <boost/test/unit_test.hpp>

#include <atomic>
#include <future>
#include <set>

#include "telemetry/metrics.hpp"
#include "tests/persistence/pg_cluster.hpp"
#include "tests/support/settlement_contract/helpers.hpp"

// A primary and a synchronous standby, which fail.

using namespace bankslip;
using namespace bankslip::test::settlement_contract;
using domain::errc;
using test::pg_session;

BOOST_AUTO_TEST_SUITE(failover_pgtest)

namespace {

const std::string waiting = "select count(*) from pg_stat_activity where wait_event = 'SyncRep'";

struct fixture {
  auto settlement_store() { return persistence::make_settlement_store(cluster.options); }
  auto debt_store() { return persistence::make_debt_store(cluster.options); }
  std::string value(const std::string& sql) { return primary.value(sql); }
  /// A settled wave with one new row.
  caf::error settle(domain::settlement_store& s, const std::string& id, std::int64_t offset) {
    auto intent = s.open_intent(request(0, offset, offset));
    if (!intent)
      return intent.error();
    if (auto begun = s.begin({intent->id, 0, {}}); !begun)
      return begun.error();
    batch b;
    b.add(id);
    if (auto err = s.copy(b.rows()))
      return err;
    domain::settlement end;
    end.intent_id = intent->id;
    end.partition = 0;
    end.first_offset = end.last_offset = offset;
    return s.settle(end);
  }
  /// How often commits were found without the standby's word.
  static int unconfirmed(const std::string& reason) {
    const auto name = "\nbankslip_commits_unconfirmed_total{reason=\"" + reason + "\"} ";
    const auto text = telemetry::render_metrics();
    return std::stoi(text.substr(text.find(name) + name.size()));
  }

  test::pg_cluster cluster;
  pg_session primary = cluster.primary.session("debts");
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(failover, fixture)

BOOST_AUTO_TEST_CASE(of_several_servers_the_one_that_takes_writes_is_used) {
  const auto a = "127.0.0.1:" + cluster.primary.port();
  const auto b = "127.0.0.1:" + cluster.standby.port();
  cluster.options.host = "127.0.0.1:1," + b + "," + a;
  must(create_one(*debt_store(), sample_debt("x")));
  must(settle(*settlement_store(), "y", 1));
  BOOST_TEST(must(persistence::migrate(cluster.options)) == 0);
  BOOST_TEST(must(persistence::inspect_schema(cluster.options)).pending == 0);
  // One server is taken as it is.
  cluster.options.host = b;
  BOOST_TEST(fails_with(create_one(*debt_store(), sample_debt("z")), errc::database_unavailable));
  // And so are all, where the options say so.
  cluster.options.host = b + "," + a;
  cluster.options.extra = "target_session_attrs=any";
  BOOST_TEST(fails_with(create_one(*debt_store(), sample_debt("z")), errc::database_unavailable));
}

BOOST_AUTO_TEST_CASE(the_database_says_whether_a_commit_waits_for_a_standby) {
  auto store = debt_store();
  BOOST_TEST(must(store->replication()).is_synchronous());
  BOOST_TEST(must(store->replication()).text() == "synchronous: b");
  cluster.replicate_synchronously(false);
  BOOST_TEST(!must(debt_store()->replication()).is_synchronous());
  BOOST_TEST(!(domain::replication_state{"b", "local"}.is_synchronous()));
}

// Its connections live on, and are no use any more.
BOOST_AUTO_TEST_CASE(a_primary_that_turned_read_only_is_left_and_nothing_is_refused) {
  auto stores = std::pair{settlement_store(), debt_store()};
  must(settle(*stores.first, "a", 1));
  must(create_one(*stores.second, sample_debt("b")));
  primary.exec("alter system set default_transaction_read_only = on");
  primary.exec("select pg_reload_conf()");
  test::pg_cluster::wait_for(primary, "select (current_setting('default_transaction_read_only') "
                                      "= 'on')::int");
  BOOST_TEST(fails_with(stores.first->open_intent(request(0, 2, 2)), errc::database_unavailable));
  BOOST_TEST(fails_with(create_one(*stores.second, sample_debt("d")), errc::database_unavailable));
  BOOST_TEST(fails_with(stores.second->claim_outbox(10, 1s), errc::database_unavailable));
  primary.exec("set transaction read write; set default_transaction_read_only = off");
  primary.exec("alter system reset default_transaction_read_only");
  primary.exec("select pg_reload_conf()");
  must(settle(*stores.first, "c", 2));
  must(create_one(*stores.second, sample_debt("d")));
}

BOOST_AUTO_TEST_CASE(a_commit_whose_wait_for_the_standby_was_cancelled_is_not_done) {
  cluster.options.answer_timeout = 10s;
  auto s = settlement_store();
  auto d = debt_store();
  must(settle(*s, "a", 1));
  must(d->list_uploads(1, 0));
  auto cancelled = [&](auto call) {
    cluster.standby.stop();
    auto answer = std::async(std::launch::async, call);
    test::pg_cluster::wait_for(primary, waiting);
    primary.exec("select pg_cancel_backend(pid) from pg_stat_activity where wait_event = "
                 "'SyncRep'");
    BOOST_TEST(fails_with(answer.get(), errc::database_unavailable));
  };
  const auto before = unconfirmed("cancelled");
  cancelled([&] { return settle(*s, "b", 2); });
  cluster.standby.start();
  must(d->list_uploads(1, 0));
  cancelled([&] { return create_one(*d, sample_debt("c")); });
  BOOST_TEST(unconfirmed("cancelled") == before + 2);
  // It is there for all to see, but is not told before the standby has it.
  BOOST_TEST(value("select count(*) from bankslips where debt_id = 'c'") == "1");
  auto again = std::async(std::launch::async, [&] { return create_one(*d, sample_debt("c")); });
  BOOST_TEST(again.wait_for(300ms) == std::future_status::timeout);
  cluster.standby.start();
  BOOST_TEST(!must(again.get()).created);
}

BOOST_AUTO_TEST_CASE(
    a_commit_that_waits_too_long_ends_and_shows_nothing_before_the_standby_is_back) {
  cluster.options.answer_timeout = 300ms;
  auto s = settlement_store();
  auto d = debt_store();
  must(settle(*s, "a", 1));
  must(d->list_uploads(1, 0));
  cluster.standby.stop();
  const auto before = unconfirmed("late");
  BOOST_TEST(fails_with(settle(*s, "b", 2), errc::database_unavailable));
  BOOST_TEST(fails_with(create_one(*d, sample_debt("c")), errc::database_unavailable));
  // However often one tries, no more backends wait, and nobody sees what is in doubt.
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST(fails_with(settle(*s, "b", 2), errc::database_unavailable));
    BOOST_TEST(fails_with(create_one(*d, sample_debt("c")), errc::database_unavailable));
    s->rollback();
  }
  BOOST_TEST(unconfirmed("late") == before + 2);
  BOOST_TEST(value(waiting) == "2");
  BOOST_TEST(value("select count(*) from bankslips where debt_id = 'c'") == "0");
  cluster.standby.start();
  test::pg_cluster::wait_for(primary, "select count(*) from bankslips where debt_id = 'c'");
  BOOST_TEST(!must(create_one(*d, sample_debt("c"))).created);
  // The intent was all that had been written.
  must(settle(*s, "b", 2));
}

BOOST_AUTO_TEST_CASE(a_migration_ends_in_time_and_counts_once_the_standby_has_it) {
  cluster.options.answer_timeout = 300ms;
  cluster.options.database = "new";
  cluster.standby.stop();
  // Nobody holds the lock of migrations meanwhile, and no backend is left waiting.
  for (int i = 0; i < 2; ++i)
    BOOST_TEST(fails_with(persistence::migrate(cluster.options), errc::database_unavailable));
  test::pg_cluster::wait_for(
      primary, "select (count(*) = 0)::int from pg_stat_activity where wait_event = 'SyncRep'");
  BOOST_TEST(must(persistence::inspect_schema(cluster.options)).pending == 0);
  cluster.standby.start();
  cluster.options.answer_timeout = 30s;
  BOOST_TEST(must(persistence::migrate(cluster.options)) == 0);
}

// It keeps its connections and answers nothing.
BOOST_AUTO_TEST_CASE(a_primary_that_freezes_is_left_once_another_one_takes_writes) {
  cluster.options.answer_timeout = 300ms;
  auto s = settlement_store();
  auto d = debt_store();
  must(settle(*s, "a", 1));
  must(d->list_uploads(1, 0));
  cluster.primary.freeze();
  auto fail = [&] {
    BOOST_TEST(fails_with(settle(*s, "b", 2), errc::database_unavailable));
    BOOST_TEST(fails_with(create_one(*d, sample_debt("c")), errc::database_unavailable));
    s->rollback();
  };
  fail();
  fail();
  cluster.standby.promote();
  auto now = cluster.standby.session("debts");
  now.exec("alter system reset synchronous_standby_names");
  now.exec("select pg_reload_conf()");
  auto in_time = [](auto call) {
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (!call() && std::chrono::steady_clock::now() < deadline) {
    }
  };
  in_time([&] { return create_one(*d, sample_debt("c")).operator bool(); });
  in_time([&] {
    s->rollback();
    return !settle(*s, "b", 2);
  });
  BOOST_TEST(now.value("select count(*) from bankslips where debt_id in ('a', 'b', 'c')") == "3");
  cluster.primary.thaw();
}

// Whatever was told to be settled is on the standby.
BOOST_AUTO_TEST_CASE(work_goes_on_when_the_primary_is_lost_and_the_standby_promoted) {
  cluster.options.answer_timeout = 5s;
  std::atomic<int> settled{0};
  std::atomic<bool> stop{false};
  auto work = std::async(std::launch::async, [&] {
    auto s = settlement_store();
    auto d = debt_store();
    std::set<std::string> told;
    for (int i = 0; !stop; ++i) {
      const auto id = std::to_string(i);
      if (!settle(*s, "s" + id, i))
        told.insert("s" + id);
      else
        s->rollback();
      if (create_one(*d, sample_debt("d" + id)))
        told.insert("d" + id);
      settled = static_cast<int>(told.size());
    }
    return told;
  });
  auto reach = [&](int count) {
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    while (settled < count && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(5ms);
    BOOST_TEST(settled >= count);
  };
  reach(200);
  cluster.primary.stop();
  const auto by_the_primary = settled.load();
  cluster.standby.promote();
  auto now = cluster.standby.session("debts");
  now.exec("alter system reset synchronous_standby_names");
  now.exec("select pg_reload_conf()");
  reach(by_the_primary + 200);
  stop = true;
  std::set<std::string> there;
  const auto told = work.get();
  for (const auto& row : now.exec("select debt_id from bankslips"))
    there.insert(row[0]);
  BOOST_TEST(std::ranges::includes(there, told));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
