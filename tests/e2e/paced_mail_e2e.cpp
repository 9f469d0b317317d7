#include <memory>

#include <boost/test/unit_test.hpp>

#include "tests/e2e/harness/client.hpp"
#include "tests/e2e/harness/mail_service.hpp"
#include "tests/e2e/harness/server_process.hpp"
#include "tests/e2e/harness/stack.hpp"
#include "tests/e2e/harness/wait.hpp"

using namespace bankslip::e2e;

BOOST_AUTO_TEST_SUITE(paced_mail_e2e)

namespace {

constexpr std::int64_t rows = 300;

struct paced_fixture {
  own_stack stack;
  mail_service mails;
  std::unique_ptr<server_process> server;

  /// Ends the server before; the groups know the next one by its name at once.
  void start(const std::string& delivery, const std::string& rate) {
    server.reset();
    server = std::make_unique<server_process>(stack, environment{{"EMAIL_URL", mails.url()},
                                                                 {"EMAIL_DELIVERY", delivery},
                                                                 {"EMAIL_RATE", rate},
                                                                 {"KAFKA_INSTANCE_ID", "one"}});
    server->ready();
  }
  int port() const { return server->port(); }
  std::string read(const std::string& id) const { return get(port(), "/uploads/" + id).body; }
  std::int64_t counted(const std::string& id, const char* name) const {
    return number(read(id), name);
  }
  answer tell(const std::string& id, const std::string& action) const {
    return post(port(), "/uploads/" + id + "/mail", R"({"action":")" + action + "\"}");
  }
  std::string upload_file(const std::string& prefix) const {
    return member(upload(port(), csv_file(prefix, 0, rows)).body, "upload_id");
  }
  void await_slips(const std::string& id) const {
    wait_until("slips", [&] { return counted(id, "generated") == rows; });
  }
  /// Each of the file's debts was mailed once.
  bool mailed_once(const std::string& prefix) const {
    const auto sent = mails.accepted();
    for (std::int64_t n = 0; n < rows; ++n)
      if (const auto mail = sent.find(prefix + std::to_string(n));
          mail == sent.end() || mail->second != 1)
        return false;
    return true;
  }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(slips_do_not_wait_for_emails_which_can_be_paused_and_resumed,
                        paced_fixture) {
  start("paced", "20");
  const auto id = upload_file("slow");
  await_slips(id);
  wait_until("moment of the slips", [&] { return member(read(id), "generated_at") != "null"; });
  BOOST_TEST(counted(id, "emailed") < rows);
  wait_until("an end of the e-mails", [&] { return member(read(id), "mail_eta") != "null"; });
  BOOST_TEST(member(read(id), "mail_limit") == "setting");
  BOOST_TEST(counted(id, "mail_waiting") > 0);
  BOOST_TEST(member(read(id), "mail_oldest_at") != "null");
  BOOST_TEST(server->metric("bankslip_mail_retention_seconds") == 7 * 86'400);

  BOOST_TEST(member(tell(id, "pause").body, "mail") == "paused");
  BOOST_TEST(member(read(id), "mail_eta") == "null");
  wait_until("held", [&] { return counted(id, "held") + counted(id, "emailed") == rows; });
  const auto before = counted(id, "emailed");
  BOOST_TEST(before < rows);
  BOOST_TEST(member(read(id), "state") == "processing");
  // Other work goes on meanwhile, and the rest waits.
  BOOST_TEST(post(port(), "/bankslip", debt_json("other", 1)).status == 201);
  wait_until("single debt",
             [&] { return member(get(port(), "/bankslip/other1").body, "status") == "emailed"; });
  BOOST_TEST(counted(id, "emailed") == before);

  start("paced", "0");
  BOOST_TEST(tell(id, "resume").status == 200);
  BOOST_TEST(member(finished_upload(port(), id), "emailed") == std::to_string(rows));
  BOOST_TEST(counted(id, "held") == 0);
  BOOST_TEST(mailed_once("slow"));
  BOOST_TEST(stack.count("select count(*) from intents") == 0);
}

BOOST_FIXTURE_TEST_CASE(cancelled_rows_are_at_their_end_and_can_be_revived, paced_fixture) {
  start("paced", "20");
  const auto id = upload_file("wrong");
  await_slips(id);
  BOOST_TEST(tell(id, "cancel").status == 200);
  const auto done = finished_upload(port(), id);
  const auto held = number(done, "held");
  BOOST_TEST(held > 0);
  BOOST_TEST(held + number(done, "emailed") == rows);
  BOOST_TEST(member(done, "mail") == "cancelled");
  BOOST_TEST(tell(id, "pause").status == 409);
  BOOST_TEST(tell(id, "stop").status == 422);
  BOOST_TEST(tell("999999", "pause").status == 404);

  start("paced", "0");
  BOOST_TEST(tell(id, "resume").status == 200);
  wait_until("e-mails", [&] { return counted(id, "emailed") == rows; });
  BOOST_TEST(mailed_once("wrong"));
}

BOOST_FIXTURE_TEST_CASE(a_switch_to_inline_forgets_no_email_that_was_left_to_the_stage,
                        paced_fixture) {
  start("paced", "10");
  const auto id = upload_file("switch");
  await_slips(id);
  server->kill();
  start("inline", "0");
  BOOST_TEST(tell(id, "pause").status == 409);
  BOOST_TEST(member(finished_upload(port(), id), "emailed") == std::to_string(rows));
  BOOST_TEST(mailed_once("switch"));
}

BOOST_AUTO_TEST_SUITE_END()
