#include <boost/test/unit_test.hpp>

#include "tests/e2e/harness/client.hpp"
#include "tests/e2e/harness/mail_service.hpp"
#include "tests/e2e/harness/server_process.hpp"
#include "tests/e2e/harness/stack.hpp"
#include "tests/e2e/harness/wait.hpp"

using namespace bankslip::e2e;

BOOST_AUTO_TEST_SUITE(refused_mail_e2e)

namespace {

struct server_fixture {
  own_stack stack;
  mail_service mails;
  server_process server{
      stack, {{"EMAIL_URL", mails.url()}, {"SERVICE_PARALLEL_CALLS", "4"}, {"WORKERS", "2"}}};

  server_fixture() { server.ready(); }
  int port() const { return server.port(); }

  std::string status_of(const std::string& debt_id) const {
    return member(get(port(), "/bankslip/" + debt_id).body, "status");
  }
  void await_status(const std::string& debt_id, const std::string& status) const {
    wait_until(debt_id + " " + status, [&] { return status_of(debt_id) == status; });
  }
  /// Accepted = emailed + failed + in_doubt, in this order.
  std::string ends(const std::string& id) const {
    const auto u = get(port(), "/uploads/" + id).body;
    return member(u, "accepted") + "=" + member(u, "emailed") + "+" + member(u, "failed") + "+"
           + member(u, "in_doubt") + " " + member(u, "state");
  }
  std::string errors(const std::string& id) const {
    return get(port(), "/uploads/" + id + "/errors.csv").body;
  }
};

const std::string no_errors = "row,debt_id,field,code,error\r\n";

} // namespace

BOOST_FIXTURE_TEST_CASE(a_refused_mail_fails_its_row_and_a_retry_with_another_address_sends_it,
                        server_fixture) {
  mails.refuse("m3@example.com", "mailbox does not exist");
  const auto id = member(upload(port(), csv_file("ref", 0, 10)).body, "upload_id");
  finished_upload(port(), id);
  BOOST_TEST(ends(id) == "10=9+1+0 done");
  const auto failed = get(port(), "/bankslip/ref3").body;
  BOOST_TEST(member(failed, "status") == "failed");
  BOOST_TEST(member(failed, "propagated") == "false");
  BOOST_TEST(member(failed, "failure").find("mailbox does not exist") != std::string::npos);
  BOOST_TEST(errors(id) == no_errors + "3,ref3,,failed," + member(failed, "failure") + "\r\n");

  std::vector<message> dead;
  wait_until("dead letter", [&] {
    dead = stack.messages(stack.dead_letter_topic());
    return !dead.empty();
  });
  BOOST_REQUIRE(dead.size() == 1U);
  BOOST_TEST(dead[0].key == "ref3");
  BOOST_TEST(dead[0].value == debt_json("ref", 3));
  BOOST_TEST(dead[0].headers.at("error.code") == "email_refused");
  BOOST_TEST(dead[0].headers.at("error.stage") == "email");
  BOOST_TEST(dead[0].headers.at("error.text") == member(failed, "failure"));
  BOOST_TEST(dead[0].headers.at("attempts") == "1");
  BOOST_TEST(dead[0].headers.at("upload_id") == id);
  BOOST_TEST(dead[0].headers.at("row") == "3");
  const auto at = "select count(*) from bankslips where upload_row = 3";
  BOOST_TEST(stack.count(at) == 1);

  // A file that brings the failed row again does not revive it.
  const auto again = member(upload(port(), csv_file("ref", 3, 4)).body, "upload_id");
  BOOST_TEST(member(finished_upload(port(), again), "duplicates") == "1");
  BOOST_TEST(status_of("ref3") == "failed");

  BOOST_TEST(post(port(), "/bankslip/ref3/retry", R"({"email":"nobody"})").status == 422);
  BOOST_TEST(post(port(), "/bankslip/ref4/retry", "").status == 409);
  const auto unknown = post(port(), "/bankslip/unknown/retry", "");
  BOOST_TEST(unknown.status == 404);
  BOOST_TEST(unknown.body == R"({"detail":"Bankslip not found"})");

  const auto revived = post(port(), "/bankslip/ref3/retry", R"({"email":"corrected@example.com"})");
  BOOST_TEST(revived.status == 202);
  await_status("ref3", "emailed");
  const auto dto = get(port(), "/bankslip/ref3").body;
  BOOST_TEST(member(dto, "email") == "corrected@example.com");
  BOOST_TEST(member(dto, "failure") == "null");
  BOOST_TEST(member(dto, "bankslip_file") == member(failed, "bankslip_file"));
  BOOST_TEST(mails.address_of("ref3") == "corrected@example.com");
  BOOST_TEST(mails.accepted().at("ref3") == 1);
  BOOST_TEST(ends(id) == "10=10+0+0 done");
  BOOST_TEST(errors(id) == no_errors);
  BOOST_TEST(post(port(), "/bankslip/ref3/retry", "").status == 409);
}

BOOST_FIXTURE_TEST_CASE(a_retry_that_is_refused_again_fails_again, server_fixture) {
  mails.refuse("m0@example.com", "blocked");
  const auto id = member(upload(port(), csv_file("twice", 0, 1)).body, "upload_id");
  finished_upload(port(), id);
  BOOST_TEST(post(port(), "/bankslip/twice0/retry", "").status == 202);
  wait_until("second dead letter",
             [&] { return stack.messages(stack.dead_letter_topic()).size() == 2; });
  await_status("twice0", "failed");
  BOOST_TEST(ends(id) == "1=0+1+0 done");
  const auto dead = stack.messages(stack.dead_letter_topic());
  BOOST_TEST((dead[0].headers.at("attempts") == "2" || dead[1].headers.at("attempts") == "2"));
}

BOOST_FIXTURE_TEST_CASE(a_person_decides_on_rows_in_doubt, server_fixture) {
  const auto id = member(upload(port(), csv_file("doubt", 0, 3)).body, "upload_id");
  finished_upload(port(), id);
  // As left by a mail whose outcome nobody knows any more.
  stack.sql("update bankslips set propagated = false, status = 'in_doubt', "
            "failure = 'the answer was lost' where debt_id in ('doubt0', 'doubt1');"
            "insert into upload_progress (upload_id, partition, emailed, in_doubt) values ("
            + id + ", 99, -2, 2)");
  BOOST_TEST(ends(id) == "3=1+0+2 done");
  BOOST_TEST(errors(id)
             == no_errors
                    + "0,doubt0,,in_doubt,the answer was lost\r\n"
                      "1,doubt1,,in_doubt,the answer was lost\r\n");

  BOOST_TEST(post(port(), "/bankslip/doubt2/resolve", R"({"outcome":"sent"})").status == 409);
  BOOST_TEST(post(port(), "/bankslip/nobody/resolve", R"({"outcome":"sent"})").status == 404);
  BOOST_TEST(post(port(), "/bankslip/doubt0/resolve", R"({"outcome":"perhaps"})").status == 422);
  BOOST_TEST(post(port(), "/bankslip/doubt0/resolve", "{}").status == 422);
  BOOST_TEST(post(port(), "/bankslip/doubt0/retry", "").status == 409);

  BOOST_TEST(post(port(), "/bankslip/doubt0/resolve", R"({"outcome":"sent"})").status == 202);
  BOOST_TEST(status_of("doubt0") == "emailed");
  BOOST_TEST(ends(id) == "3=2+0+1 done");
  BOOST_TEST(mails.accepted().at("doubt0") == 1);

  BOOST_TEST(post(port(), "/bankslip/doubt1/resolve", R"({"outcome":"resend"})").status == 202);
  await_status("doubt1", "emailed");
  BOOST_TEST(ends(id) == "3=3+0+0 done");
  // The next attempt has a key of its own.
  BOOST_TEST(mails.accepted().at("doubt1") == 2);
  BOOST_TEST(errors(id) == no_errors);
}

BOOST_AUTO_TEST_SUITE_END()
