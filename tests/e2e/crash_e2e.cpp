#include <boost/test/unit_test.hpp>

#include "tests/e2e/harness/client.hpp"
#include "tests/e2e/harness/mock_mail.hpp"
#include "tests/e2e/harness/server_process.hpp"
#include "tests/e2e/harness/stack.hpp"
#include "tests/e2e/harness/wait.hpp"

using namespace bankslip::e2e;

BOOST_AUTO_TEST_SUITE(crash_e2e)

namespace {

constexpr std::int64_t many = 12'000;

/// So few calls at a time that a file lasts for seconds.
environment slow_mail(const mock_mail& mails) {
  return {{"EMAIL_URL", mails.url()}, {"SERVICE_PARALLEL_CALLS", "8"}};
}

/// Takes a whole file without settling a row of it; the upload's id.
std::string take_file(const own_stack& stack, const std::string& prefix, std::int64_t rows) {
  server_process api{stack, {{"BANKSLIP_ROLE", "api"}}};
  const auto taken = upload(api.ready().port(), csv_file(prefix, 0, rows));
  BOOST_REQUIRE(taken.status == 201);
  BOOST_REQUIRE(number(taken.body, "accepted") == rows);
  BOOST_TEST(api.stop() == 0);
  return member(taken.body, "upload_id");
}

/// Every row there once, with its slip; its mail sent once.
void check_settled_once(own_stack& stack, const mock_mail& mails, std::int64_t rows) {
  BOOST_TEST(stack.count("select count(*) from bankslips") == rows);
  BOOST_TEST(stack.count("select count(*) from bankslips where propagated "
                         "and length(bankslip_file) = 47 and status is null")
             == rows);
  BOOST_TEST(mails.ledger("effective") == rows);
  BOOST_TEST(mails.ledger("done_debts") == rows);
  BOOST_TEST(mails.ledger("repeated_debts") == 0);
  wait_until("offsets committed", [&] { return stack.uncommitted() == 0; });
  BOOST_TEST(stack.count("select count(*) from intents where not superseded") == 0);
  BOOST_TEST(stack.count("select count(*) from outbox") == 0);
}

void check_counters(const std::string& upload, std::int64_t rows) {
  BOOST_TEST(number(upload, "accepted") == rows);
  BOOST_TEST(number(upload, "generated") == rows);
  BOOST_TEST(number(upload, "emailed") == rows);
  for (const auto* none : {"rejected", "duplicates", "conflicts", "failed", "in_doubt"})
    BOOST_TEST(number(upload, none) == 0, none << " in " << upload);
}

} // namespace

BOOST_AUTO_TEST_CASE(rows_of_a_server_killed_in_mid_file_are_settled_once) {
  own_stack stack;
  mock_mail mails;
  const auto id = take_file(stack, "crash", many);
  const auto with_mail = slow_mail(mails);
  {
    server_process killed{stack, with_mail};
    wait_until("some thousand mails", [&] { return mails.ledger("effective") > 3'000; });
    killed.kill();
  }
  BOOST_TEST(mails.ledger("effective") < many);
  server_process server{stack, with_mail};
  const auto done = finished_upload(server.ready().port(), id);
  check_counters(done, many);
  check_settled_once(stack, mails, many);
}

BOOST_AUTO_TEST_CASE(a_graceful_stop_ends_in_time_and_the_next_server_settles_the_rest_once) {
  own_stack stack;
  mock_mail mails;
  const auto id = take_file(stack, "stop", many);
  auto with_mail = slow_mail(mails);
  with_mail["SHUTDOWN_TIMEOUT"] = "15s";
  with_mail["EMAIL_DELIVERY"] = "inline";
  {
    server_process stopped{stack, with_mail};
    wait_until("some thousand mails", [&] { return mails.ledger("effective") > 3'000; });
    stopped.ask_to_stop();
    BOOST_TEST(stopped.wait(std::chrono::seconds{15}) == 0);
  }
  BOOST_TEST(mails.ledger("effective") < many);
  // What was begun was finished.
  BOOST_TEST(mails.ledger("effective")
             == stack.count("select count(*) from bankslips where propagated"));
  BOOST_TEST(stack.count("select count(*) from intents where not superseded") == 0);
  BOOST_TEST(stack.uncommitted() == many - mails.ledger("effective"));
  server_process server{stack, with_mail};
  const auto done = finished_upload(server.ready().port(), id);
  check_counters(done, many);
  check_settled_once(stack, mails, many);
}

BOOST_AUTO_TEST_CASE(an_upload_whose_server_is_killed_ends_aborted_with_what_was_published) {
  own_stack stack;
  mock_mail mails;
  {
    server_process api{stack, {{"BANKSLIP_ROLE", "api"}, {"CHUNK_SIZE", "500"}}};
    const auto part = csv_file("half", 0, 5'000);
    open_upload sender{api.ready().port(), 2 * part.size()};
    sender.send(part);
    wait_until("rows accepted", [&] { return api.rows("accepted") >= 3'000; });
    const auto id = stack.value("select max(upload_id) from uploads");
    BOOST_TEST(member(get(api.port(), "/uploads/" + id).body, "state") == "receiving");
    api.kill();
  }
  const auto id = stack.value("select max(upload_id) from uploads");
  const auto published = static_cast<std::int64_t>(stack.messages(stack.topic()).size());
  BOOST_TEST(published >= 3'000);
  BOOST_TEST(published <= 5'000);
  server_process server{stack, {{"EMAIL_URL", mails.url()}}};
  server.ready();
  BOOST_TEST(member(get(server.port(), "/uploads/" + id).body, "state") == "receiving");
  // The dead server's lease runs out.
  stack.sql("update uploads set lease_until = now() - interval '1 second'");
  wait_until("aborted", [&] {
    const auto upload = get(server.port(), "/uploads/" + id).body;
    return member(upload, "state") == "aborted" && number(upload, "emailed") == published;
  });
  check_counters(get(server.port(), "/uploads/" + id).body, published);
  check_settled_once(stack, mails, published);
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_away_leaves_an_aborted_upload) {
  own_stack stack;
  server_process server{stack, {{"CHUNK_SIZE", "500"}}};
  const auto part = csv_file("gone", 0, 5'000);
  {
    open_upload sender{server.ready().port(), 2 * part.size()};
    sender.send(part);
    wait_until("rows accepted", [&] { return server.rows("accepted") >= 3'000; });
  }
  const auto id = stack.value("select max(upload_id) from uploads");
  std::string upload;
  wait_until("aborted", [&] {
    upload = get(server.port(), "/uploads/" + id).body;
    return member(upload, "state") == "aborted"
           && number(upload, "emailed")
                  == static_cast<std::int64_t>(stack.messages(stack.topic()).size());
  });
  BOOST_TEST(number(upload, "accepted") == number(upload, "emailed"));
  wait_until("offsets committed", [&] { return stack.uncommitted() == 0; });
}

BOOST_AUTO_TEST_SUITE_END()
