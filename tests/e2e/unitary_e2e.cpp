#include <boost/test/unit_test.hpp>

#include <httplib.h>

#include "tests/e2e/harness/client.hpp"
#include "tests/e2e/harness/mail_service.hpp"
#include "tests/e2e/harness/server_process.hpp"
#include "tests/e2e/harness/stack.hpp"
#include "tests/e2e/harness/wait.hpp"

using namespace bankslip::e2e;

BOOST_AUTO_TEST_SUITE(unitary_e2e)

namespace {

std::string awaited(int port, const std::string& debt_id, const std::string& status) {
  std::string dto;
  wait_until(debt_id + " " + status, [&] {
    const auto found = get(port, "/bankslip/" + debt_id);
    dto = found.body;
    return found.status == 200 && member(dto, "status") == status;
  });
  return dto;
}

/// Nothing listens there.
constexpr auto nobody = "127.0.0.1:1";

} // namespace

BOOST_AUTO_TEST_CASE(a_posted_debt_is_stored_mailed_once_and_stands_against_a_second_one) {
  own_stack stack;
  server_process server{stack};
  server.ready();
  const auto created = post(server.port(), "/bankslip", debt_json("one", 1));
  BOOST_TEST(created.status == 201);
  BOOST_TEST(member(created.body, "debt_id") == "one1");
  BOOST_TEST(member(created.body, "debt_amount") == "2.50");
  const auto dto = awaited(server.port(), "one1", "emailed");
  BOOST_TEST(member(dto, "propagated") == "true");
  BOOST_TEST(member(dto, "bankslip_file").size() == 47U);

  const auto other = post(server.port(), "/bankslip",
                          R"({"name":"Another","government_id":"9","email":"x@example.com",)"
                          R"("debt_amount":"99","debt_due_date":"2028-01-01","debt_id":"one1"})");
  BOOST_TEST(other.status == 201);
  BOOST_TEST(other.body == dto);
  wait_until("outbox empty", [&] { return stack.count("select count(*) from outbox") == 0; });
  wait_until("offsets committed", [&] { return stack.uncommitted() == 0; });
  BOOST_TEST(server.rows("emailed") == 1);
  BOOST_TEST(get(server.port(), "/bankslip/one1").body == dto);
}

BOOST_AUTO_TEST_CASE(a_trace_goes_through_kafka_to_the_workers_log_and_the_service) {
  const std::string trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  own_stack stack;
  mail_service mails;
  server_process server{stack, {{"EMAIL_URL", mails.url()}}};
  httplib::Client client{"127.0.0.1", server.ready().port()};
  BOOST_REQUIRE(client.Post("/bankslip", {{"traceparent", trace}}, debt_json("traced", 1),
                            "application/json"));
  post(server.port(), "/bankslip", debt_json("plain", 1));
  awaited(server.port(), "traced1", "emailed");
  awaited(server.port(), "plain1", "emailed");
  for (const auto& m : stack.messages(stack.topic())) {
    const auto given = m.headers.count("traceparent") ? m.headers.at("traceparent") : "";
    BOOST_TEST(given == (m.key == "traced1" ? trace : ""));
  }
  BOOST_TEST(mails.trace_of("traced1") == trace);
  BOOST_TEST(mails.trace_of("plain1") == "");
  const auto log = server.log();
  BOOST_TEST(
      log.find(R"("debt_id":"traced1","status":"emailed","reason":"","traceparent":")" + trace)
      != std::string::npos);
  BOOST_TEST(log.find(R"("debt_id":"plain1")") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_body_that_does_not_fit_is_answered_as_fastapi_does) {
  own_stack stack;
  server_process server{stack};
  server.ready();
  const auto bad = post(server.port(), "/bankslip",
                        R"({"name":7,"government_id":"1","email":"nobody","debt_amount":"1.234",)"
                        R"("debt_due_date":"2027-13-01"})");
  BOOST_TEST(bad.status == 422);
  for (
      const auto* entry :
      {R"({"type":"string_type","loc":["body","name"],"msg":"Input should be a valid string","input":7})",
       R"("loc":["body","email"])", R"("input":"nobody")", R"("loc":["body","debt_amount"])",
       R"("loc":["body","debt_due_date"])", R"({"type":"missing","loc":["body","debt_id"],)"})
    BOOST_TEST(bad.body.find(entry) != std::string::npos, entry << " not in " << bad.body);
  BOOST_TEST(bad.body.find("government_id\"]") == std::string::npos);

  const auto broken = post(server.port(), "/bankslip", "{\"name\":");
  BOOST_TEST(broken.status == 422);
  BOOST_TEST(broken.body.find("json_invalid") != std::string::npos);
  BOOST_TEST(stack.count("select count(*) from bankslips") == 0);
  BOOST_TEST(stack.count("select count(*) from outbox") == 0);
}

BOOST_AUTO_TEST_CASE(a_debt_posted_while_the_broker_is_away_is_published_later) {
  own_stack stack;
  BOOST_REQUIRE(run_program({"migrate"}, stack.variables()).status == 0);
  {
    server_process alone{stack,
                         {{"KAFKA_BOOTSTRAP_SERVERS", nobody}, {"KAFKA_PUBLISH_TIMEOUT", "1s"}}};
    const auto created = post(alone.port(), "/bankslip", debt_json("later", 1));
    BOOST_TEST(created.status == 201);
    BOOST_TEST(member(created.body, "status") == "imported");
    BOOST_TEST(get(alone.port(), "/bankslip/later1").body == created.body);

    const auto file = upload(alone.port(), csv_file("never", 0, 3));
    BOOST_TEST(file.status == 503);
    BOOST_TEST(file.headers.count("Retry-After") == 1U);
    BOOST_TEST(get(alone.admin_port(), "/readyz").status == 503);
    BOOST_TEST(stack.count("select count(*) from outbox") == 1);
  }
  server_process server{stack};
  server.ready();
  awaited(server.port(), "later1", "emailed");
  wait_until("outbox empty", [&] { return stack.count("select count(*) from outbox") == 0; });
  BOOST_TEST(stack.count("select count(*) from bankslips") == 1);
  BOOST_TEST(server.rows("emailed") == 1);
}

BOOST_AUTO_TEST_SUITE_END()
