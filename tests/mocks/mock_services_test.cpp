#include "tests/mocks/mock_fixture.hpp"

#include <fstream>

#include <signal.h>
#include <sys/wait.h>

#include "domain/error.hpp"
#include "domain/settlement/idempotency.hpp"
#include "mocks/impl/mock_faults.hpp"
#include "mocks/impl/mock_ledger.hpp"
#include "tests/support/told_gate.hpp"

using namespace bankslip;
using namespace bankslip::mocks;
using namespace bankslip::services;
using namespace std::chrono_literals;
using domain::call_result;

BOOST_AUTO_TEST_SUITE(mock_services_test)

BOOST_FIXTURE_TEST_SUITE(mock_servers, mock_fixture)

BOOST_AUTO_TEST_CASE(the_ledger_survives_kill_9_in_mid_traffic) {
  mocks.reset();
  int report[2];
  BOOST_REQUIRE(::pipe(report) == 0);
  auto child = ::fork();
  if (child == 0) {
    mock_options o;
    o.boleto_port = o.email_port = 0;
    o.ledger = folder + "/killed";
    o.latency_max = 10ms;
    auto started = start_mock_services(o);
    int port = started ? (*started)->email_port() : 0;
    if (::write(report[1], &port, sizeof port) != sizeof port)
      ::_exit(1);
    for (;;)
      ::pause();
  }
  int port = 0;
  BOOST_REQUIRE(::read(report[0], &port, sizeof port) == sizeof port);
  BOOST_REQUIRE(port != 0);
  options.email_url = "http://127.0.0.1:" + std::to_string(port);
  options.tries = 1;
  make_debts(400);
  std::jthread killer{[&] {
    httplib::Client client{"127.0.0.1", port};
    for (long calls = 0; calls < 200;)
      if (auto r = client.Get("/ledger/summary"))
        calls = member(r->body, "calls");
    ::kill(child, SIGKILL);
  }};
  auto email = make_email_service(options);
  auto outcomes = send(*email, 10s);
  killer.join();
  ::waitpid(child, nullptr, 0);
  auto ledger = mock_ledger::open(folder + "/killed.email");
  BOOST_REQUIRE(ledger);
  std::size_t sent = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    auto* entry = (*ledger)->find(domain::idempotency_key(debts[i].debt_id, 1));
    if (outcomes[i].result == call_result::accepted) {
      ++sent;
      BOOST_REQUIRE(entry);
      BOOST_TEST(entry->effective == 1u);
    } else if (outcomes[i].result == call_result::not_done) {
      BOOST_TEST((!entry || entry->effective == 0u));
    }
  }
  BOOST_TEST(sent > 0u);
  BOOST_TEST(sent < 400u);
}

BOOST_AUTO_TEST_CASE(a_started_again_server_knows_its_keys) {
  auto email = make_email_service(options);
  send(*email, 5s);
  int port = mocks->email_port();
  mocks.reset();
  start(0, port);
  BOOST_TEST(count(send(*email, 5s), call_result::accepted) == debts.size());
  auto summary = get(email_admin(), "/ledger/summary");
  BOOST_TEST(member(summary, "calls") == 80);
  BOOST_TEST(member(summary, "effective") == 40);
  auto csv = get(email_admin(), "/ledger");
  BOOST_TEST(std::count(csv.begin(), csv.end(), '\n') == 41);
  BOOST_TEST(csv.find(domain::idempotency_key("debt 7", 1) + ",\"debt 7\",2,1\n")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_line_that_was_cut_is_dropped_and_other_text_refused) {
  auto path = folder + "/cut";
  std::ofstream{path} << "1700000000000000 1 00000000000000ff done k1 debt 1\n17000000000";
  {
    auto ledger = mock_ledger::open(path);
    BOOST_REQUIRE(ledger);
    BOOST_TEST((*ledger)->size() == 1u);
    BOOST_TEST((*ledger)->debt_of("k1") == "debt 1");
    (*ledger)->record({"k2", "debt 2", "done", 1, true, 5});
    // Nobody else may write it meanwhile.
    BOOST_TEST(!mock_ledger::open(path));
  }
  auto again = mock_ledger::open(path);
  BOOST_REQUIRE(again);
  BOOST_TEST((*again)->sum().effective == 2u);
  std::ofstream{folder + "/other"} << "hello world\n";
  auto other = mock_ledger::open(folder + "/other");
  BOOST_REQUIRE(!other);
  BOOST_TEST(domain::text_of(other.error()).find("line 1 is no ledger line") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(calls_that_are_not_as_agreed_are_told_so) {
  auto client = email_admin();
  auto post = [&](const std::string& key, const std::string& body) {
    httplib::Headers headers;
    if (!key.empty())
      headers.emplace("Idempotency-Key", key);
    auto r = client.Post("/emails", headers, body, "application/json");
    BOOST_REQUIRE(r);
    return r->status;
  };
  std::string good = R"({"to":"a@example.com","subject":"s","text":"t","debt_id":"1"})";
  BOOST_TEST(post("", good) == 400);
  BOOST_TEST(post("a b", good) == 400);
  BOOST_TEST(post("k", "{") == 422);
  BOOST_TEST(post("k", R"({"to":"a","subject":"s","text":"t","debt_id":"1"})") == 422);
  BOOST_TEST(post("k", good) == 202);
  BOOST_TEST(post("k", good) == 200);
  BOOST_TEST(post("k", R"({"to":"b@example.com","subject":"s","text":"t","debt_id":"1"})") == 422);
  BOOST_TEST(client.Get("/emails")->status == 405);
  BOOST_TEST(client.Get("/nothing")->status == 404);
  BOOST_TEST(client.Get("/ledger/none")->status == 404);
}

BOOST_AUTO_TEST_CASE(bad_fault_settings_change_nothing) {
  auto client = email_admin();
  for (std::string body :
       {"[]", "{\"rates\":{\"nonsense\":0.1}}", "{\"rates\":{\"reset\":1.5}}",
        "{\"rates\":{\"reset\":0.6,\"cut\":0.6}}", "{\"latency_ms\":{\"min\":-1}}",
        "{\"unknown\":1}", "{\"window_s\":\"1\"}"}) {
    auto r = client.Put("/faults", body, "application/json");
    BOOST_REQUIRE(r);
    BOOST_TEST(r->status == 422, body);
  }
  BOOST_TEST(member(get(email_admin(), "/faults"), "reset") == 0);
}

BOOST_AUTO_TEST_CASE(faults_are_there_from_the_start_when_asked_for) {
  mock_options o;
  o.boleto_port = o.email_port = 0;
  o.ledger = folder + "/faulty";
  o.faults = R"({"rates":{"status_503":1}})";
  auto started = start_mock_services(o);
  BOOST_REQUIRE(started);
  for (int port : {(*started)->boleto_port(), (*started)->email_port()})
    BOOST_TEST(get(httplib::Client{"127.0.0.1", port}, "/faults").find(R"("status_503":1)")
               != std::string::npos);
  o.faults = R"({"rates":{"status_418":1}})";
  auto refused = start_mock_services(o);
  BOOST_REQUIRE(!refused);
  BOOST_TEST(domain::text_of(refused.error()).find("rates.status_418") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(no_second_takes_more_than_the_rate) {
  auto changed =
      email_admin().Put("/faults", R"({"calls_per_s":7,"retry_after_s":3})", "application/json");
  BOOST_REQUIRE((changed && changed->status == 200));
  tests::told_gate gate;
  auto paced = services::make_email_service(options);
  std::vector<domain::email_job> jobs;
  for (auto& d : debts)
    jobs.push_back({&d, "99991015702446895522402577162536616670001234567", {}, 1});
  auto began = std::chrono::system_clock::now();
  auto outcomes =
      paced->send(jobs, std::chrono::steady_clock::now() + std::chrono::seconds{5}, &gate);
  auto seconds = std::chrono::ceil<std::chrono::seconds>(std::chrono::system_clock::now() - began);
  auto taken = std::count_if(outcomes.begin(), outcomes.end(),
                             [](auto& o) { return o.result == domain::call_result::accepted; });
  BOOST_TEST(taken >= 7);
  BOOST_TEST(taken <= 7 * (seconds.count() + 1));
  auto refused = std::find_if(outcomes.begin(), outcomes.end(),
                              [](auto& o) { return o.retry_after.count() > 0; });
  BOOST_REQUIRE((refused != outcomes.end()));
  BOOST_TEST(refused->result == domain::call_result::too_fast);
  BOOST_TEST((refused->retry_after == std::chrono::seconds{3}));
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_an_error_that_names_it) {
  mock_options o;
  o.boleto_port = mocks->boleto_port();
  o.email_port = 0;
  o.ledger = folder + "/second";
  auto second = start_mock_services(o);
  BOOST_REQUIRE(!second);
  BOOST_TEST(domain::text_of(second.error()).find(std::to_string(o.boleto_port))
             != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_faults_at_the_asked_rate) {
  fault_settings s;
  s.rates[static_cast<std::size_t>(fault::status_500)] = 0.1;
  s.rates[static_cast<std::size_t>(fault::status_422)] = 0.2;
  mock_faults a{s};
  mock_faults b{s};
  int server_errors = 0;
  int refusals = 0;
  for (int i = 0; i < 10'000; ++i) {
    auto key = "key" + std::to_string(i);
    auto f = a.choose(key, false);
    BOOST_REQUIRE((f == b.choose(key, false)));
    server_errors += f == fault::status_500;
    refusals += f == fault::status_422;
    // Refused is refused, however often it is asked; a key that was done never.
    BOOST_REQUIRE(((a.choose(key, false) == fault::status_422) == (f == fault::status_422)));
    BOOST_TEST_REQUIRE(a.choose(key, true) != fault::status_422);
    b.choose(key, false);
    b.choose(key, true);
  }
  BOOST_TEST(server_errors > 850);
  BOOST_TEST(server_errors < 1150);
  BOOST_TEST(refusals > 1850);
  BOOST_TEST(refusals < 2150);
}

BOOST_AUTO_TEST_SUITE_END()
