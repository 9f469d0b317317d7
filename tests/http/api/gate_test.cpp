#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include "http/api/operation.hpp"
#include "telemetry/metrics.hpp"
#include "tests/http/api/gate_fixture.hpp"

using namespace bankslip;
using namespace bankslip::http::fakes;

BOOST_AUTO_TEST_SUITE(gate_test)

namespace {

using http::operation;

/// A path of the pattern that names nothing that is there.
std::string path_of(std::string_view pattern) {
  std::string out;
  for (bool inside = false; const char c : pattern) {
    if (c == '{')
      out += '7';
    inside = c == '{' || (inside && c != '}');
    if (!inside && c != '}')
      out += c;
  }
  return out;
}

/// The request of an operation with further header lines, each with its line end.
std::string request_of(const operation& op, const std::string& headers) {
  return std::string{op.method} + ' ' + path_of(op.pattern) + " HTTP/1.1\r\nHost: h\r\n" + headers
         + "Content-Length: 0\r\nConnection: close\r\n\r\n";
}

int status_of(std::string_view answer) {
  return answer.size() < 12 ? 0 : std::stoi(std::string{answer.substr(9, 3)});
}

std::string with_key(const std::string& secret) {
  return "Authorization: Bearer " + secret + "\r\n";
}

bool is_refusal(int status) { return status == 401 || status == 403 || status == 429; }

const operation& operation_of(std::string_view id) {
  for (const auto& op : http::operations())
    if (op.id == id)
      return op;
  BOOST_FAIL("no operation " << id);
  return http::operations().front();
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(with_keys, gate_fixture)

BOOST_AUTO_TEST_CASE(every_operation_of_the_table_asks_for_its_scope) {
  int guarded = 0;
  for (const auto& op : http::operations()) {
    if (op.pattern == "/session")
      continue;
    const auto open = op.needs == domain::scope::open;
    guarded += open ? 0 : 1;
    // A stream has no end.
    const auto ask = [&](const std::string& headers) {
      auto c = connect();
      c.send(request_of(op, headers));
      return status_of(c.read_until("\r\n\r\n"));
    };
    for (const std::string headers :
         {"", "Authorization: Bearer bsk_wrong\r\n", "X-API-Key: bsk_ingest2\r\n",
          "Authorization: Basic aTpi\r\n", "Cookie: bankslip_session=guess\r\n"})
      BOOST_TEST((ask(headers) == 401) == !open, op.id << ' ' << headers);
    for (const auto s : {domain::scope::ingest, domain::scope::read, domain::scope::ops}) {
      const auto secret = "bsk_" + std::string{to_string(s)};
      for (const auto& headers : {with_key(secret), "x-api-key: " + secret + "\r\n"}) {
        const auto status = ask(headers);
        if (open || op.needs == s)
          BOOST_TEST(!is_refusal(status), op.id << ' ' << secret << ' ' << status);
        else
          BOOST_TEST(status == 403, op.id << ' ' << secret << ' ' << status);
      }
    }
  }
  BOOST_TEST(guarded > 10);
}

BOOST_AUTO_TEST_CASE(only_what_tells_nothing_is_open) {
  for (const auto& op : http::operations())
    if (op.needs == domain::scope::open)
      BOOST_TEST((op.pattern == "/healthz" || op.pattern == "/readyz" || op.pattern == "/session"
                  || op.pattern == "/openapi.json" || op.pattern == "/redoc"
                  || op.pattern == "/docs"),
                 op.pattern);
}

BOOST_AUTO_TEST_CASE(refusals_say_what_is_missing_and_no_secret) {
  const auto none = client().Get("/uploads");
  BOOST_TEST(none->get_header_value("WWW-Authenticate") == R"(Bearer realm="bankslip")");
  const auto wrong = client_with("bsk_hush").Get("/uploads");
  BOOST_TEST(wrong->status == 401);
  BOOST_TEST(wrong->get_header_value("WWW-Authenticate")
             == R"(Bearer realm="bankslip", error="invalid_token")");
  BOOST_TEST(!contains(wrong->body, "hush"));
  const auto lacking = client_with("bsk_ingest").Get("/uploads");
  BOOST_TEST(lacking->status == 403);
  BOOST_TEST(lacking->body == R"({"detail":"the key lacks the scope read"})");
}

BOOST_AUTO_TEST_CASE(the_key_is_looked_at_before_a_byte_of_the_body) {
  auto c = connect();
  c.send("POST /bankslip/batch HTTP/1.1\r\nHost: h\r\nContent-Type: " + multipart_type()
         + "\r\nContent-Length: 10000000000\r\nExpect: 100-continue\r\n\r\n");
  const auto answer = c.read_all();
  BOOST_TEST(status_of(answer) == 401);
  BOOST_TEST(contains(answer, "Connection: close"));
  BOOST_TEST(w->with([](world& x) { return x.opened; }) == 0);
}

BOOST_AUTO_TEST_CASE(two_keys_in_a_request_are_none) {
  const auto& op = operation_of("listUploads");
  for (const std::string headers :
       {"Authorization: Bearer bsk_read\r\nX-API-Key: bsk_read\r\n",
        "X-API-Key: bsk_read\r\nX-API-Key: bsk_ops\r\n",
        "Authorization: Bearer bsk_ingest\r\nauthorization: bearer bsk_read\r\n"})
    BOOST_TEST(status_of(exchange(request_of(op, headers))) == 401, headers);
  // A proxy's own scheme beside our header is no second key.
  BOOST_TEST(status_of(exchange(request_of(op, "Authorization: Basic eDp5\r\n"
                                               "X-API-Key: bsk_read\r\n")))
             == 200);
}

BOOST_AUTO_TEST_CASE(a_key_is_taken_as_it_is_or_not_at_all) {
  const auto& op = operation_of("listUploads");
  for (const std::string value :
       {"bsk_rea", "bsk_read%20", "bsk_read,", "\"bsk_read\"", "BSK_READ", "bsk_read bsk_read"})
    BOOST_TEST(status_of(exchange(request_of(op, "X-API-Key: " + value + "\r\n"))) == 401, value);
  BOOST_TEST(status_of(exchange(request_of(op, "X-API-Key: \r\n"))) == 401);
}

BOOST_AUTO_TEST_CASE(paths_in_other_spellings_do_not_pass_by_the_gate) {
  for (const std::string target :
       {"/uploads?x=/healthz", "//uploads", "/uploads/", "/%75ploads", "/healthz/../uploads",
        "http://h/uploads", "/uploads%3f", "/bankslip/x#/healthz", "/metrics?", "/./actors"}) {
    const auto answer =
        exchange("GET " + target + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    const auto status = status_of(answer);
    BOOST_TEST((status == 401 || status == 404), target << ' ' << status);
  }
}

BOOST_AUTO_TEST_CASE(head_needs_what_get_needs) {
  BOOST_TEST(client().Head("/uploads")->status == 401);
  BOOST_TEST(client_with("bsk_read").Head("/uploads")->status == 200);
}

BOOST_AUTO_TEST_CASE(keys_are_read_anew_and_a_bad_file_changes_nothing) {
  BOOST_TEST(client_with("bsk_read").Get("/uploads")->status == 200);
  file.write("read nonsense\n");
  ring->reload();
  BOOST_TEST(client_with("bsk_read").Get("/uploads")->status == 200);
  BOOST_TEST(
      contains(telemetry::render_metrics(), R"(bankslip_key_reloads_total{result="failed"} 1)"));
  file.write(key_line("read", "bsk_other", "read"));
  ring->reload();
  BOOST_TEST(client_with("bsk_read").Get("/uploads")->status == 401);
  BOOST_TEST(client_with("bsk_other").Get("/uploads")->status == 200);
}

BOOST_AUTO_TEST_CASE(refusals_are_counted_by_reason) {
  const auto count = [](const std::string& reason) {
    const auto text = telemetry::render_metrics();
    const auto name = "bankslip_access_refusals_total{reason=\"" + reason + "\"} ";
    return std::stoi(text.substr(text.find(name) + name.size()));
  };
  const auto none = count("no_key"), wrong = count("wrong_key"), scope = count("scope");
  client().Get("/uploads");
  client_with("bsk_x").Get("/uploads");
  client_with("bsk_ops").Get("/uploads");
  BOOST_TEST(count("no_key") == none + 1);
  BOOST_TEST(count("wrong_key") == wrong + 1);
  BOOST_TEST(count("scope") == scope + 1);
}

BOOST_AUTO_TEST_CASE(an_admission_lasts_as_long_as_the_very_key_has_the_scope) {
  const auto lines = key_line("ops", "bsk_ops", "ops");
  use(lines);
  const auto behind = spawn_front(system, w);
  const http::gate doorkeeper{ring, {system, behind, std::chrono::seconds{10}}};
  const auto allowed = doorkeeper.admission("ops", domain::scope::ops);
  BOOST_TEST(allowed());
  for (const auto& less : {key_line("ops", "bsk_other", "ops"), key_line("ops", "bsk_ops", "read"),
                           key_line("other", "bsk_read", "ops")}) {
    file.write(less);
    BOOST_REQUIRE(ring->load() == "");
    BOOST_TEST(!allowed());
    file.write(lines);
    BOOST_REQUIRE(ring->load() == "");
    BOOST_TEST(allowed());
  }
  caf::anon_send_exit(behind, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_CASE(a_key_over_its_requests_a_second_waits, gate_fixture) {
  use(key_line("slow", "bsk_slow", "read", 3) + key_line("free", "bsk_free", "read"));
  auto slow = client_with("bsk_slow");
  std::vector<int> statuses;
  std::string remaining;
  for (int i = 0; i < 4; ++i) {
    const auto answer = slow.Get("/uploads");
    statuses.push_back(answer->status);
    BOOST_TEST(answer->get_header_value("RateLimit-Limit") == "3");
    remaining += answer->get_header_value("RateLimit-Remaining");
    if (answer->status == 429)
      BOOST_TEST(answer->get_header_value("Retry-After") == "1");
  }
  // A slow machine may give a token back meanwhile, so the last one is not sure.
  BOOST_TEST(statuses[0] == 200);
  BOOST_TEST(statuses[2] == 200);
  BOOST_TEST(remaining.substr(0, 1) == "2");
  BOOST_TEST(client_with("bsk_free").Get("/uploads")->get_header_value("RateLimit-Limit") == "");
}

BOOST_FIXTURE_TEST_CASE(a_key_over_its_rows_of_the_day_waits_for_tomorrow, gate_fixture) {
  use(key_line("erp", "bsk_erp", "ingest,read", 0, 10));
  w->with([](world& x) {
    // Of another process.
    x.rows_of_keys["erp"] = 6;
    x.report = {17, 4, 0, {}, false};
  });
  auto c = client_with("bsk_erp");
  const auto upload = [&] {
    return c.Post("/bankslip/batch", multipart_body("x"), multipart_type().c_str());
  };
  BOOST_TEST(upload()->status == 201);
  const auto refused = upload();
  BOOST_TEST(refused->status == 429);
  BOOST_TEST(refused->get_header_value("RateLimit-Limit") == "10");
  BOOST_TEST(refused->get_header_value("RateLimit-Remaining") == "0");
  BOOST_TEST(std::stoi(refused->get_header_value("Retry-After")) > 0);
  BOOST_TEST(c.Get("/uploads")->status == 200);
  api->stop();
  BOOST_TEST(w->with([](world& x) { return x.rows_of_keys["erp"]; }) == 10);
}

BOOST_FIXTURE_TEST_CASE(rows_that_came_in_before_an_upload_broke_off_count, gate_fixture) {
  use(key_line("erp", "bsk_erp", "ingest", 0, 100));
  w->with([](world& x) {
    x.finish_error = domain::make_error(domain::errc::broker_unavailable, "away");
    domain::upload_record seen;
    seen.upload_id = 17;
    seen.accepted = 42;
    x.uploads = {seen};
  });
  BOOST_TEST(client_with("bsk_erp")
                 .Post("/bankslip/batch", multipart_body("x"), multipart_type().c_str())
                 ->status
             == 503);
  api->stop();
  BOOST_TEST(w->with([](world& x) { return x.rows_of_keys["erp"]; }) == 42);
}

BOOST_FIXTURE_TEST_CASE(without_keys_everybody_may_do_everything, api_fixture) {
  BOOST_TEST(client().Get("/uploads")->status == 200);
  BOOST_TEST(client().Get("/metrics")->status == 200);
  BOOST_TEST(client().Get("/session")->body == R"({"key":null,"scopes":["ingest","read","ops"]})");
}

BOOST_AUTO_TEST_SUITE_END()
