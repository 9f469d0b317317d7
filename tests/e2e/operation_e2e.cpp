#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "tests/e2e/harness/client.hpp"
#include "tests/e2e/harness/server_process.hpp"
#include "tests/e2e/harness/stack.hpp"
#include "tests/e2e/harness/wait.hpp"

using namespace bankslip::e2e;

BOOST_AUTO_TEST_SUITE(operation_e2e)

namespace {

/// No server listens there.
constexpr auto closed_port = "1";

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_CASE(metrics_show_every_agreed_name_with_its_labels) {
  own_stack stack;
  server_process server{stack};
  const auto taken = upload(server.ready().port(), csv_file("met", 0, 20));
  finished_upload(server.port(), member(taken.body, "upload_id"));
  for (int p = 0; p < 6; ++p) {
    const auto lag = "\nbankslip_consumer_lag{partition=\"" + std::to_string(p) + "\"} 0\n";
    wait_until(lag, [&] { return has(get(server.admin_port(), "/metrics").body, lag); });
  }
  for (const auto port : {server.port(), server.admin_port()}) {
    const auto text = get(port, "/metrics").body;
    for (const std::string outcome : {"accepted", "rejected", "generated", "emailed", "duplicate",
                                      "conflict", "failed", "in_doubt"})
      BOOST_TEST(has(text, "\nbankslip_rows_total{outcome=\"" + outcome + "\"} "), outcome);
    for (const std::string stage : {"parse", "publish", "check", "boleto", "email", "store"})
      BOOST_TEST(has(text, "\nbankslip_stage_seconds_bucket{stage=\"" + stage + "\",le="), stage);
    for (const std::string kind : {"front", "publisher", "consumer", "pool", "worker", "store",
                                   "outbox_relay", "supervisor", "parser"})
      BOOST_TEST(has(text, "\nbankslip_actors{kind=\"" + kind + "\"} "), kind);
    for (const auto* part :
         {"\n# TYPE bankslip_stage_seconds histogram\n",
          "\nbankslip_actor_restarts_total{kind=\"worker\"} 0\n", "\nbankslip_credit{link=\"",
          "\nbankslip_in_flight{link=\"", "\nbankslip_queue_length{queue=\"",
          "\nbankslip_batch_rows_bucket{kind=\"",
          "\nbankslip_http_requests_total{method=\"POST\",route=\"/bankslip/"
          "batch\",status=\"201\"} "
          "1\n",
          "\nbankslip_upload_bytes_total ", "\nprocess_cpu_seconds_total ",
          "\nprocess_resident_memory_bytes ", "\nprocess_threads "})
      BOOST_TEST(has(text, part), part);
  }
  BOOST_TEST(server.rows("emailed") == 20);
}

BOOST_AUTO_TEST_CASE(the_tree_of_actors_is_shown) {
  own_stack stack;
  server_process server{stack, {{"WORKERS", "2"}}};
  const auto port = server.ready().port();
  wait_until("partitions", [&] { return has(get(port, "/actors").body, "6 partitions"); });
  const auto text = get(port, "/actors").body;
  for (const std::string kind :
       {"front", "publisher", "consumer", "pool", "worker", "store", "outbox_relay", "supervisor"})
    BOOST_TEST(has(text, "\"kind\":\"" + kind + "\""), kind << " not in " << text);
  BOOST_TEST(has(text, R"("kind":"worker","id":"worker 1","parent":"pool","alive_since":")"));
  for (const auto* field : {"restarts", "queue_length", "credit", "works_on"})
    BOOST_TEST(has(text, std::string{"\""} + field + "\":"), field);
  BOOST_TEST(get(server.admin_port(), "/actors").status == 200);
}

BOOST_AUTO_TEST_CASE(a_server_without_database_lives_and_says_why_it_is_not_ready) {
  own_stack stack;
  server_process server{stack, {{"POSTGRES_PORT", closed_port}}};
  for (const auto port : {server.port(), server.admin_port()}) {
    BOOST_TEST(get(port, "/healthz").status == 200);
    answer ready;
    wait_until("not ready", [&] {
      ready = get(port, "/readyz");
      return ready.status == 503;
    });
    BOOST_TEST(has(ready.body, "postgresql"), ready.body);
    BOOST_TEST(has(ready.body, R"("reasons":[")"), ready.body);
    BOOST_TEST(!has(ready.body, "changethis"));
  }
  for (const auto& refused :
       {upload(server.port(), csv_file("no", 0, 1)),
        post(server.port(), "/bankslip", debt_json("no", 1)), get(server.port(), "/bankslip/no1"),
        get(server.port(), "/uploads")}) {
    BOOST_TEST(refused.status == 503, refused.status << " " << refused.body);
    BOOST_TEST(refused.headers.count("Retry-After") == 1U);
  }
  BOOST_TEST(server.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_bad_value_stops_the_start_with_one_line) {
  struct bad {
    const char* variable;
    const char* value;
    // What of the value may be shown: some hold passwords.
    const char* shown;
    const char* allowed;
  };
  for (const auto& b : {bad{"SERVER_PORT", "70000", "70000", "0 to 65535"},
                        {"WORKERS", "none", "none", "1 to 64"},
                        {"CHUNK_SIZE", "0", "0", "1 to"},
                        {"SHUTDOWN_TIMEOUT", "soon", "soon", "20s"},
                        {"BANKSLIP_TOPIC", "a b", "a b", "letters"},
                        {"BANKSLIP_ROLE", "boss", "boss", "worker"},
                        {"LOG_LEVEL", "loud", "loud", "info"},
                        {"EMAIL_URL", "ftp://u:secret@x", "ftp://", "smtp://"},
                        {"KAFKA_OPTIONS", "no.such=secret", "no.such", "No such"},
                        {"KAFKA_OPTIONS", "acks=0", "acks", "promise"}}) {
    const auto end = run_program({"serve"}, {{b.variable, b.value}, {"ADMIN_PORT", "0"}});
    BOOST_TEST(end.status == 2, b.variable << ": " << end.output);
    for (const auto* part : {b.variable, b.shown, b.allowed})
      BOOST_TEST(has(end.output, part), b.variable << ": " << end.output);
    BOOST_TEST(!has(end.output, "secret"), end.output);
    BOOST_TEST(std::count(end.output.begin(), end.output.end(), '\n') == 1,
               b.variable << ": " << end.output);
  }
}

BOOST_AUTO_TEST_CASE(a_taken_port_is_named_and_ends_the_start) {
  own_stack stack;
  server_process server{stack};
  auto variables = stack.variables();
  variables["ADMIN_PORT"] = "0";
  variables["SERVER_PORT"] = std::to_string(server.port());
  const auto end = run_program({"serve"}, variables);
  BOOST_TEST(end.status == 1);
  BOOST_TEST(has(end.output, std::to_string(server.port())), end.output);
}

BOOST_AUTO_TEST_CASE(migrations_may_run_at_once_and_while_a_server_works) {
  own_stack stack;
  server_process server{stack};
  server.ready();
  const auto end = run_program({"migrate"}, stack.variables());
  BOOST_TEST(end.status == 0, end.output);
  const auto taken = upload(server.port(), csv_file("mig", 0, 5));
  BOOST_TEST(member(finished_upload(server.port(), member(taken.body, "upload_id")), "emailed")
             == "5");
}

BOOST_AUTO_TEST_SUITE_END()
