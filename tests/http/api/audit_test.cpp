#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include "http/api/change_log.hpp"
#include "tests/http/api/gate_fixture.hpp"

using namespace bankslip;
using namespace bankslip::http::fakes;

BOOST_AUTO_TEST_SUITE(audit_test)

namespace {

struct audit_fixture : gate_fixture {
  /// What was written once the listener has stopped.
  std::vector<domain::audit_entry> written() {
    api->stop();
    return w->with([](world& x) { return x.audit; });
  }
};

domain::audit_entry refused_at(std::string address) {
  domain::audit_entry e;
  e.method = "POST";
  e.route = "/bankslip";
  e.status = 401;
  e.address = std::move(address);
  return e;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(with_keys, audit_fixture)

BOOST_AUTO_TEST_CASE(a_change_is_noted_with_who_what_and_whence) {
  use(key_line("erp", "bsk_erp", "ingest"));
  w->with([](world& x) { x.report = {17, 3, 1, {}, false}; });
  client_with("bsk_erp").Post("/bankslip/batch", multipart_body("x"), multipart_type().c_str());
  const auto all = written();
  BOOST_REQUIRE(all.size() == 1u);
  BOOST_TEST(all[0].key == "erp");
  BOOST_TEST(all[0].method == "POST");
  BOOST_TEST(all[0].route == "/bankslip/batch");
  BOOST_TEST(all[0].target == "17");
  BOOST_TEST(all[0].status == 201);
  BOOST_TEST(all[0].rows == 3);
  BOOST_TEST(all[0].address == "127.0.0.1");
  BOOST_TEST(all[0].times == 1);
}

BOOST_AUTO_TEST_CASE(refused_changes_are_noted_and_reading_is_not) {
  client_with("bsk_read").Get("/uploads");
  client_with("bsk_read").Post("/bankslip/debt-1/retry");
  client_with("bsk_ops").Post("/bankslip/debt-2/retry");
  const auto all = written();
  BOOST_REQUIRE(all.size() == 2u);
  BOOST_TEST(all[0].key == "read");
  BOOST_TEST(all[0].target == "debt-1");
  BOOST_TEST(all[0].status == 403);
  BOOST_TEST(all[1].key == "ops");
  BOOST_TEST(all[1].status == 404);
}

BOOST_AUTO_TEST_CASE(refusals_of_a_stranger_are_one_entry) {
  for (int i = 0; i < 5; ++i)
    client_with("bsk_hush").Post("/bankslip/debt-" + std::to_string(i) + "/retry");
  const auto all = written();
  int times = 0;
  for (const auto& e : all) {
    times += e.times;
    BOOST_TEST(e.status == 401);
    BOOST_TEST(e.key == "");
    BOOST_TEST(e.target == "");
  }
  BOOST_TEST(times == 5);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_CASE(without_keys_changes_are_noted_without_a_name, api_fixture) {
  client().Post("/bankslip/debt-1/retry", httplib::Headers{{"X-Forwarded-For", "192.0.2.7"}});
  api->stop();
  w->with([](world& x) {
    BOOST_REQUIRE(x.audit.size() == 1u);
    BOOST_TEST(x.audit[0].key == "");
    BOOST_TEST(x.audit[0].target == "debt-1");
    BOOST_TEST(x.audit[0].forwarded_for == "192.0.2.7");
  });
}

namespace {

struct log_fixture : api_fixture {
  log_fixture() { front_of_log = spawn_front(system, w); }
  ~log_fixture() { caf::anon_send_exit(front_of_log, caf::exit_reason::user_shutdown); }
  http::front_client to_front() { return {system, front_of_log, std::chrono::seconds{10}}; }
  std::size_t written() {
    return w->with([](world& x) { return x.audit.size(); });
  }
  actors::front_actor front_of_log;
};

} // namespace

BOOST_FIXTURE_TEST_CASE(entries_are_written_within_a_second_or_so, log_fixture) {
  http::change_log log{to_front()};
  log.add({}, false);
  BOOST_TEST(w->eventually([](world& x) { return x.audit.size() == 1; }));
}

BOOST_FIXTURE_TEST_CASE(what_cannot_be_written_waits, log_fixture) {
  w->with([](world& x) { x.front_error = domain::make_error(domain::errc::overloaded, "no"); });
  http::change_log log{to_front()};
  log.add({}, false);
  log.flush();
  BOOST_TEST(written() == 0u);
  w->with([](world& x) { x.front_error = {}; });
  log.flush();
  BOOST_TEST(written() == 1u);
}

BOOST_FIXTURE_TEST_CASE(strangers_from_everywhere_fill_neither_memory_nor_table, log_fixture) {
  http::change_log log{to_front()};
  for (int i = 0; i < 5'000; ++i)
    log.add(refused_at("192.0.2." + std::to_string(i)), true);
  log.flush();
  int times = 0;
  w->with([&](world& x) {
    // A second may have passed meanwhile.
    BOOST_TEST(x.audit.size() <= 4 * (http::change_log::most_refused + 1));
    for (const auto& e : x.audit)
      times += e.times;
  });
  BOOST_TEST(times == 5'000);
}

BOOST_FIXTURE_TEST_CASE(who_asks_for_a_days_sum_does_not_wait_for_others_who_ask, log_fixture) {
  const key_file file;
  file.write(key_line("erp", "bsk_erp", "ingest", 0, 100));
  http::key_ring ring{file.path()};
  BOOST_REQUIRE(ring.load() == "");
  const auto key = ring.find(domain::sha256("bsk_erp"));
  w->with([](world& x) { x.hold_changes = true; });
  http::change_log log{{system, front_of_log, std::chrono::seconds{3}}};
  auto first = std::async(std::launch::async, [&] { log.learn_rows(key); });
  BOOST_REQUIRE(w->eventually([](world& x) { return x.changes_asked == 1; }));
  log.learn_rows(key);
  BOOST_TEST(w->with([](world& x) { return std::exchange(x.hold_changes, false); }));
  BOOST_TEST(w->with([](world& x) { return x.changes_asked; }) == 1);
}

BOOST_FIXTURE_TEST_CASE(strangers_leave_room_for_changes_while_the_database_is_away, log_fixture) {
  w->with([](world& x) { x.front_error = domain::make_error(domain::errc::overloaded, "no"); });
  http::change_log log{to_front()};
  const auto most = http::change_log::most_refused_waiting;
  for (std::size_t i = 0; i < most / 50; ++i) {
    for (int j = 0; j < 100; ++j)
      log.add(refused_at("192.0.2." + std::to_string(j)), true);
    log.flush();
  }
  auto change = refused_at("10.0.0.1");
  change.status = 201;
  log.add(change, false);
  w->with([](world& x) { x.front_error = {}; });
  log.flush();
  w->with([&](world& x) {
    BOOST_TEST(x.audit.size() <= most + 1);
    BOOST_TEST(
        std::count_if(x.audit.begin(), x.audit.end(), [](const auto& e) { return e.status == 201; })
        == 1);
  });
}

BOOST_FIXTURE_TEST_CASE(what_is_under_way_keeps_its_place_until_the_database_has_it, log_fixture) {
  w->with([](world& x) { x.hold_changes = true; });
  http::change_log log{{system, front_of_log, std::chrono::seconds{1}}};
  auto change = refused_at("10.0.0.1");
  for (std::size_t i = 0; i < http::change_log::most_waiting; ++i)
    log.add(change, false);
  BOOST_REQUIRE(w->eventually([](world& x) { return x.changes_asked > 0; }));
  change.target = "too late";
  log.add(change, false);
  w->with([](world& x) { x.hold_changes = false; });
  BOOST_TEST(w->eventually([](world& x) { return !x.audit.empty(); }));
  log.flush();
  w->with([&](world& x) {
    BOOST_TEST(x.audit.size() == http::change_log::most_waiting);
    BOOST_TEST(std::ranges::count(x.audit, "too late", &domain::audit_entry::target) == 0);
  });
}

BOOST_AUTO_TEST_SUITE_END()
