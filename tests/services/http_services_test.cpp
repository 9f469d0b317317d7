#include "tests/mocks/mock_fixture.hpp"

#include <ctime>
#include <thread>

#include "domain/boleto/bar_code.hpp"
#include "domain/settlement/idempotency.hpp"
#include "services/impl/slip_answer.hpp"
#include "tests/support/told_gate.hpp"

using namespace bankslip;
using namespace bankslip::services;
using namespace bankslip::mocks;
using namespace std::chrono_literals;
using domain::call_result;

BOOST_AUTO_TEST_SUITE(http_services_test)

BOOST_FIXTURE_TEST_SUITE(http_services, mock_fixture)

BOOST_AUTO_TEST_CASE(slips_and_emails_are_made_once_each) {
  auto boleto = make_boleto_service(options);
  auto email = make_email_service(options);
  auto slips = make_slips(*boleto, 5s);
  BOOST_TEST(count(slips, call_result::accepted) == debts.size());
  for (auto& s : slips) {
    BOOST_TEST(domain::read_line(s.made.linha_digitavel).valid());
    BOOST_TEST(s.made.details.find("\"pix\":\"0002") != std::string::npos);
  }
  BOOST_TEST(count(send(*email, 5s), call_result::accepted) == debts.size());
  auto summary = get(email_admin(), "/ledger/summary");
  BOOST_TEST(member(summary, "calls") == 40);
  BOOST_TEST(member(summary, "effective") == 40);
  BOOST_TEST(member(summary, "duplicates") == 0);
}

BOOST_AUTO_TEST_CASE(a_host_may_be_a_name) {
  options.email_url = "http://localhost:" + std::to_string(mocks->email_port());
  options.parallel_calls = 3;
  for (int attempt = 1; attempt <= 5; ++attempt) {
    auto email = make_email_service(options);
    BOOST_TEST(count(send(*email, 5s, attempt), call_result::accepted) == debts.size());
  }
}

BOOST_AUTO_TEST_CASE(the_same_debt_gets_the_same_slip_for_ever) {
  auto boleto = make_boleto_service(options);
  auto first = make_slips(*boleto, 5s);
  auto second = make_slips(*boleto, 5s);
  for (std::size_t i = 0; i < first.size(); ++i)
    BOOST_TEST(first[i].made.linha_digitavel == second[i].made.linha_digitavel);
  BOOST_TEST(member(get(boleto_admin(), "/ledger/summary"), "effective") == 40);
}

BOOST_AUTO_TEST_CASE(refusals_fail_the_debt_and_are_not_tried_again) {
  for (auto* status : {"status_400", "status_404", "status_422"}) {
    set_faults(email_admin(), std::string{"{\"rates\":{\""} + status + "\":1}}");
    set_faults(boleto_admin(), std::string{"{\"rates\":{\""} + status + "\":1}}");
    auto boleto = make_boleto_service(options);
    auto email = make_email_service(options);
    auto mails = send(*email, 5s);
    BOOST_TEST(count(mails, call_result::refused) == debts.size());
    BOOST_TEST(mails[0].reason.find("injected status_4") != std::string::npos);
    BOOST_TEST(count(make_slips(*boleto, 5s), call_result::refused) == debts.size());
  }
  BOOST_TEST(member(get(email_admin(), "/ledger/summary"), "calls") == 120);
  BOOST_TEST(member(get(email_admin(), "/ledger/summary"), "effective") == 0);
}

BOOST_AUTO_TEST_CASE(what_was_certainly_not_done_is_told_from_what_may_have_been) {
  options.tries = 2;
  debts.resize(4);
  struct expectation {
    const char* fault;
    call_result result;
  };
  for (auto [fault, result] : {expectation{"status_401", call_result::not_done},
                               {"status_408", call_result::not_done},
                               {"status_429", call_result::not_done},
                               {"status_503", call_result::not_done},
                               {"status_409", call_result::unclear},
                               {"status_500", call_result::unclear},
                               {"status_502", call_result::unclear},
                               {"status_504", call_result::unclear},
                               {"reset", call_result::unclear},
                               {"cut", call_result::unclear},
                               {"empty", call_result::unclear},
                               {"invalid_json", call_result::unclear},
                               {"wrong_types", call_result::unclear},
                               {"big_body", call_result::unclear},
                               {"done_but_answer_lost", call_result::unclear}}) {
    set_faults(email_admin(), std::string{"{\"retry_after_s\":0,\"rates\":{\""} + fault + "\":1}}");
    set_faults(boleto_admin(),
               std::string{"{\"retry_after_s\":0,\"rates\":{\""} + fault + "\":1}}");
    auto email = make_email_service(options);
    auto boleto = make_boleto_service(options);
    auto mails = send(*email, 5s);
    BOOST_TEST_CONTEXT(fault) {
      BOOST_TEST(count(mails, result) == debts.size());
      BOOST_TEST(!mails[0].reason.empty());
      auto faults = get(email_admin(), "/faults");
      BOOST_TEST(member(faults.substr(faults.find("happened")), fault) >= 8);
      auto slips = make_slips(*boleto, 5s);
      BOOST_TEST(count(slips, result) == debts.size());
    }
  }
  BOOST_TEST(member(get(email_admin(), "/ledger/summary"), "duplicates") == 0);
  BOOST_TEST(member(get(boleto_admin(), "/ledger/summary"), "duplicates") == 0);
}

BOOST_AUTO_TEST_CASE(a_slow_drip_ends_with_the_time_out) {
  options.tries = 1;
  options.call_timeout = 200ms;
  debts.resize(3);
  set_faults(email_admin(), R"({"rates":{"slow_drip":1}})");
  auto email = make_email_service(options);
  BOOST_TEST(count(send(*email, 5s), call_result::unclear) == 3u);
}

BOOST_AUTO_TEST_CASE(a_lost_answer_is_asked_for_again_with_the_same_key) {
  options.tries = 20;
  set_faults(email_admin(), R"({"rates":{"done_but_answer_lost":0.5}})");
  auto email = make_email_service(options);
  BOOST_TEST(count(send(*email, 20s), call_result::accepted) == debts.size());
  auto summary = get(email_admin(), "/ledger/summary");
  BOOST_TEST(member(summary, "calls") > 45);
  BOOST_TEST(member(summary, "effective") == 40);
}

BOOST_AUTO_TEST_CASE(every_fault_at_once_loses_and_repeats_nothing) {
  options.tries = 20;
  make_debts(120);
  set_faults(email_admin(), R"({"retry_after_s":0,"rates":{"status_408":0.03,"status_409":0.03,
    "status_429":0.03,"status_500":0.03,"status_502":0.03,"status_503":0.03,"status_504":0.03,
    "reset":0.03,"cut":0.03,"empty":0.03,"invalid_json":0.03,"wrong_types":0.03,"big_body":0.01,
    "done_but_answer_lost":0.03,"status_401":0.03,"status_422":0.03}})");
  auto email = make_email_service(options);
  auto outcomes = send(*email, 30s);
  auto sent = count(outcomes, call_result::accepted);
  auto refused = count(outcomes, call_result::refused);
  BOOST_TEST(sent + refused == 120u);
  BOOST_TEST(refused > 0u);
  auto summary = get(email_admin(), "/ledger/summary");
  BOOST_TEST(member(summary, "effective") == static_cast<long>(sent));
  BOOST_TEST(member(summary, "duplicates") == 0);
}

BOOST_AUTO_TEST_CASE(a_key_counts_again_after_the_window) {
  debts.resize(1);
  auto email = make_email_service(options);
  send(*email, 5s);
  send(*email, 5s);
  auto key = domain::idempotency_key(debts[0].debt_id, 1);
  BOOST_TEST(member(get(email_admin(), "/ledger/" + key), "effective") == 1);
  set_faults(email_admin(), R"({"window_s":1})");
  auto until = in(20s);
  while (member(get(email_admin(), "/ledger/" + key), "effective") == 1
         && std::chrono::steady_clock::now() < until)
    send(*email, 5s);
  BOOST_TEST(member(get(email_admin(), "/ledger/" + key), "effective") == 2);
  BOOST_TEST(member(get(email_admin(), "/ledger/summary"), "duplicates") == 1);
}

BOOST_AUTO_TEST_CASE(retry_after_is_waited_for) {
  debts.resize(1);
  options.tries = 2;
  set_faults(email_admin(), R"({"retry_after_s":1,"rates":{"status_429":1}})");
  auto email = make_email_service(options);
  auto began = std::chrono::steady_clock::now();
  BOOST_TEST(count(send(*email, 5s), call_result::not_done) == 1u);
  BOOST_TEST((std::chrono::steady_clock::now() - began >= 1s));
  // No time for the wait: no second call.
  send(*email, 500ms);
  BOOST_TEST(member(get(email_admin(), "/ledger/summary"), "calls") == 3);
}

BOOST_AUTO_TEST_CASE(a_pace_that_is_too_fast_ends_the_batch_and_is_no_fault_of_the_service) {
  tests::told_gate gate;
  options.parallel_calls = 4;
  options.breaker_failures = 1;
  for (auto* fault : {"status_429", "status_503"}) {
    set_faults(email_admin(), R"({"retry_after_s":7,"rates":{")" + std::string{fault} + R"(":1}})");
    auto email = make_email_service(options);
    auto before = member(get(email_admin(), "/ledger/summary"), "calls");
    auto outcomes = send(*email, 5s, 1, &gate);
    BOOST_TEST(count(outcomes, call_result::too_fast) == debts.size());
    BOOST_TEST(member(get(email_admin(), "/ledger/summary"), "calls") <= before + 4);
    auto longest = 0s;
    for (auto& o : outcomes)
      longest = std::max(longest, std::chrono::duration_cast<std::chrono::seconds>(o.retry_after));
    BOOST_TEST((longest == 7s));
    BOOST_TEST(email->paused_for().count() == 0);
  }
  BOOST_TEST(gate.too_fast > 0u);
  BOOST_TEST(gate.done == 0u);
}

BOOST_AUTO_TEST_CASE(each_call_waits_at_the_gate_also_a_repeated_one) {
  tests::told_gate gate;
  gate.apart = 20ms;
  options.tries = 2;
  set_faults(email_admin(), R"({"rates":{"status_408":1}})");
  auto email = make_email_service(options);
  auto began = std::chrono::steady_clock::now();
  auto outcomes = send(*email, 5s, 1, &gate);
  BOOST_TEST(count(outcomes, call_result::not_done) == debts.size());
  BOOST_TEST(gate.started == 2 * debts.size());
  BOOST_TEST(gate.done == gate.started);
  BOOST_TEST(member(get(email_admin(), "/ledger/summary"), "calls")
             == static_cast<long>(gate.started));
  BOOST_TEST((std::chrono::steady_clock::now() - began >= (gate.started - 1) * gate.apart));
}

BOOST_AUTO_TEST_CASE(calls_that_would_wait_long_at_the_gate_are_not_begun) {
  tests::told_gate gate;
  gate.most = 2;
  auto email = make_email_service(options);
  auto outcomes = send(*email, 5s, 1, &gate);
  BOOST_TEST(count(outcomes, call_result::accepted) == 2u);
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    BOOST_TEST(outcomes[i].begun == (i < 2));
  BOOST_TEST(member(get(email_admin(), "/ledger/summary"), "calls") == 2);
  auto builtin = make_email_service({});
  gate.most = 3;
  outcomes = send(*builtin, 5s, 1, &gate);
  BOOST_TEST(count(outcomes, call_result::accepted) == 1u);
  BOOST_TEST(!outcomes[1].begun);
}

BOOST_AUTO_TEST_CASE(a_call_that_the_gate_keeps_from_being_repeated_came_too_fast) {
  tests::told_gate gate;
  gate.most = debts.size();
  options.tries = 2;
  set_faults(email_admin(), R"({"rates":{"status_408":1}})");
  auto email = make_email_service(options);
  auto outcomes = send(*email, 5s, 1, &gate);
  BOOST_TEST(count(outcomes, call_result::too_fast) == debts.size());
  BOOST_TEST(std::ranges::all_of(outcomes, &domain::call_outcome::begun));
}

BOOST_AUTO_TEST_CASE(the_builtin_service_begins_nothing_after_the_deadline_either) {
  tests::told_gate gate;
  gate.apart = 400ms;
  auto outcomes = send(*make_email_service({}), 200ms, 1, &gate);
  BOOST_TEST(count(outcomes, call_result::accepted) == 1u);
}

BOOST_AUTO_TEST_CASE(a_pause_may_be_asked_for_until_a_date) {
  httplib::Server server;
  server.Post("/emails", [](const httplib::Request&, httplib::Response& answer) {
    std::string date(30, '\0');
    auto then = std::time(nullptr) + 60;
    date.resize(
        std::strftime(date.data(), date.size(), "%a, %d %b %Y %H:%M:%S GMT", std::gmtime(&then)));
    answer.status = 503;
    answer.set_header("Retry-After", date);
  });
  options.email_url = "http://127.0.0.1:" + std::to_string(server.bind_to_any_port("127.0.0.1"));
  tests::told_gate gate;
  std::thread thread{[&] { server.listen_after_bind(); }};
  debts.resize(1);
  auto outcomes = send(*make_email_service(options), 5s, 1, &gate);
  server.stop();
  thread.join();
  BOOST_TEST((outcomes[0].result == call_result::too_fast), outcomes[0].reason);
  BOOST_TEST((outcomes[0].retry_after >= 50s && outcomes[0].retry_after <= 60s));
}

BOOST_AUTO_TEST_CASE(nothing_is_started_after_the_deadline) {
  auto email = make_email_service(options);
  BOOST_TEST(count(send(*email, -1ms), call_result::not_done) == debts.size());
  options.parallel_calls = 2;
  set_faults(email_admin(), R"({"latency_ms":{"min":50}})");
  auto slow = make_email_service(options);
  auto outcomes = send(*slow, 220ms);
  BOOST_TEST(count(outcomes, call_result::accepted) + count(outcomes, call_result::not_done)
             == 40u);
  BOOST_TEST(count(outcomes, call_result::accepted) <= 10u);
  BOOST_TEST(member(get(email_admin(), "/ledger/summary"), "calls")
             == static_cast<long>(count(outcomes, call_result::accepted)));
}

BOOST_AUTO_TEST_CASE(a_service_that_is_away_has_certainly_sent_nothing) {
  options.tries = 2;
  auto email = make_email_service(options);
  mocks->stop();
  auto outcomes = send(*email, 2s);
  BOOST_TEST(count(outcomes, call_result::not_done) == debts.size());
}

BOOST_AUTO_TEST_CASE(a_service_that_dies_with_calls_under_way_leaves_them_unknown) {
  set_faults(email_admin(), R"({"latency_ms":{"min":400}})");
  options.tries = 2;
  debts.resize(8);
  auto email = make_email_service(options);
  // Kept connections first: libcurl repeats a request by itself when one of
  // them dies, and must not make us believe that the first was never sent.
  BOOST_TEST(count(send(*email, 5s), call_result::accepted) == 8u);
  std::jthread killer{[&] {
    while (member(try_get(email_admin(), "/ledger/summary").value_or(""), "calls") < 16)
      std::this_thread::yield();
    mocks->stop();
  }};
  auto outcomes = send(*email, 5s, 2);
  BOOST_TEST(count(outcomes, call_result::unclear) == 8u);
}

BOOST_AUTO_TEST_CASE(an_open_breaker_stops_calls_and_lets_them_through_again) {
  options.breaker_failures = 5;
  options.tries = 3;
  auto email = make_email_service(options);
  auto other = make_email_service(options);
  set_faults(email_admin(), R"({"rates":{"status_500":1}})");
  BOOST_TEST(count(send(*email, 5s), call_result::accepted) == 0u);
  BOOST_TEST(email->paused_for().count() > 0);
  BOOST_TEST(other->paused_for().count() > 0);
  auto calls = member(get(email_admin(), "/ledger/summary"), "calls");
  auto stopped = send(*other, 5s);
  BOOST_TEST(count(stopped, call_result::not_done) == debts.size());
  BOOST_TEST(stopped[0].reason.find("paused") != std::string::npos);
  BOOST_TEST(member(get(email_admin(), "/ledger/summary"), "calls") == calls);
  set_faults(email_admin(), R"({"rates":{}})");
  auto until = in(3s);
  while (email->paused_for().count() > 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::yield();
  BOOST_TEST(count(send(*email, 5s), call_result::accepted) == debts.size());
}

BOOST_AUTO_TEST_CASE(refused_connections_come_back) {
  debts.resize(4);
  options.tries = 1;
  auto email = make_email_service(options);
  send(*email, 5s);
  set_faults(email_admin(), R"({"refuse_for_ms":300})");
  BOOST_TEST(count(send(*email, 5s, 2), call_result::not_done) == 4u);
  options.tries = 20;
  auto patient = make_email_service(options);
  BOOST_TEST(count(send(*patient, 10s, 3), call_result::accepted) == 4u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
