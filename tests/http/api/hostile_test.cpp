#include <boost/test/unit_test.hpp>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "tests/http/api/api_fixture.hpp"

using namespace bankslip;
using namespace bankslip::http::fakes;

BOOST_AUTO_TEST_SUITE(hostile_test)

namespace {

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1))
    ++n;
  return n;
}

/// Peak resident memory of this process, in KiB.
long peak_kib() {
  std::ifstream status{"/proc/self/status"};
  std::string line;
  while (std::getline(status, line))
    if (line.starts_with("VmHWM:"))
      return std::stol(line.substr(6));
  return 0;
}

const std::string close_get = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

} // namespace

BOOST_FIXTURE_TEST_SUITE(hostile, api_fixture)

BOOST_AUTO_TEST_CASE(pipelined_requests_are_answered_in_order) {
  const auto answers = exchange("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" + close_get);
  BOOST_TEST(count(answers, "HTTP/1.1 200") == 2u);
  BOOST_TEST(answers.find("\r\n\r\n"
                          R"({"status":"ok","version":")")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(without_keys_a_page_of_others_changes_nothing) {
  options.cors_origins = {"https://shop.example"};
  const auto retry = [&](const std::string& headers) {
    return exchange("POST /bankslip/none/retry HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                    + headers + "\r\n");
  };
  for (const auto* site : {"cross-site", "same-site", "", "same-origin, cross-site"})
    BOOST_TEST(
        retry("Origin: https://evil.example\r\nSec-Fetch-Site: " + std::string{site} + "\r\n")
            .starts_with("HTTP/1.1 403"),
        site);
  for (const auto* headers : {"", "Sec-Fetch-Site: same-origin\r\n", "Sec-Fetch-Site: none\r\n",
                              "Origin: https://shop.example\r\nSec-Fetch-Site: cross-site\r\n"})
    BOOST_TEST(retry(headers).starts_with("HTTP/1.1 404"), headers);
  // Over plain HTTP from elsewhere, and old ones always, browsers send the Origin alone.
  for (const auto* origin : {"http://evil.example", "null", "http://x:81", "http://x.evil.example"})
    BOOST_TEST(retry("Origin: " + std::string{origin} + "\r\n").starts_with("HTTP/1.1 403"),
               origin);
  for (const auto* origin : {"http://x", "https://shop.example"})
    BOOST_TEST(retry("Origin: " + std::string{origin} + "\r\n").starts_with("HTTP/1.1 404"),
               origin);
}

BOOST_AUTO_TEST_CASE(without_keys_a_name_that_was_led_to_loopback_is_not_answered) {
  options.cors_origins = {"https://debts.example"};
  const auto ask = [&](const std::string& host) {
    return exchange("GET /bankslip/none HTTP/1.1\r\nConnection: close\r\nHost: " + host
                    + "\r\n\r\n");
  };
  for (const auto* host : {"evil.example", "evil.example:8000", "127.0.0.1.evil.example",
                           "localhost.evil.example.", "evil.example."})
    BOOST_TEST(ask(host).starts_with("HTTP/1.1 403"), host);
  for (const auto* host :
       {"localhost", "LocalHost:8000", "a.localhost", "localhost.", "127.0.0.1", "127.1.2.3:8000",
        "[::1]", "[::1]:8000", "10.0.0.1", "x", "debts.example"})
    BOOST_TEST(ask(host).starts_with("HTTP/1.1 404"), host);
  BOOST_TEST(exchange("GET /bankslip/none HTTP/1.0\r\n\r\n").starts_with("HTTP/1.1 404"));
}

BOOST_AUTO_TEST_CASE(a_listener_that_others_reach_has_any_name) {
  options.listen.host = "0.0.0.0";
  BOOST_TEST(exchange("GET /bankslip/none HTTP/1.1\r\nHost: debts.example\r\nConnection: "
                      "close\r\n\r\n")
                 .starts_with("HTTP/1.1 404"));
}

BOOST_AUTO_TEST_CASE(an_unread_body_is_never_taken_for_a_request) {
  const std::string hidden = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
  const auto length = "Content-Length: " + std::to_string(hidden.size());
  for (const auto* line : {"POST /nothing", "DELETE /bankslip", "GET /healthz", "PUT /uploads"}) {
    const auto answers =
        exchange(std::string{line} + " HTTP/1.1\r\nHost: x\r\n" + length + "\r\n\r\n" + hidden);
    BOOST_TEST(count(answers, "HTTP/1.1 ") == 1u);
    BOOST_TEST(contains(answers, "Connection: close"));
  }
}

BOOST_AUTO_TEST_CASE(two_lengths_are_refused_and_the_connection_closed) {
  const auto answers = exchange("POST /bankslip HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
                                "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                                + close_get);
  BOOST_TEST(count(answers, "HTTP/1.1 ") == 1u);
  BOOST_TEST(contains(answers, "HTTP/1.1 400"));
}

BOOST_AUTO_TEST_CASE(a_body_that_was_read_leaves_the_connection_open) {
  const auto answers = exchange("POST /bankslip HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
                                "Content-Type: application/json\r\n\r\n{}"
                                + close_get);
  BOOST_TEST(contains(answers, "HTTP/1.1 422"));
  BOOST_TEST(contains(answers, "HTTP/1.1 200"));
}

BOOST_AUTO_TEST_CASE(a_compressed_body_is_415) {
  const auto answer =
      client().Post("/bankslip", {{"Content-Encoding", "gzip"}}, "xxxx", "application/json");
  BOOST_TEST(answer->status == 415);
}

BOOST_AUTO_TEST_CASE(an_endless_chunked_body_is_413_and_memory_flat) {
  const auto before = peak_kib();
  auto c = connect();
  c.send("POST /bankslip HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string piece = "10000\r\n" + std::string(65536, ' ') + "\r\n";
  bool open = true;
  for (int i = 0; i < 1000 && open; ++i)
    open = c.send(piece);
  BOOST_TEST(contains(c.read_all(), " 413 "));
  BOOST_TEST(peak_kib() - before < 32 * 1024);
}

BOOST_AUTO_TEST_CASE(an_endless_chunk_line_is_400) {
  auto c = connect();
  c.send("POST /bankslip HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  c.send("1;" + std::string(100'000, 'a'));
  BOOST_TEST(contains(c.read_all(), " 400 "));
}

BOOST_AUTO_TEST_CASE(an_endless_header_is_431) {
  auto c = connect();
  c.send("GET / HTTP/1.1\r\nA: ");
  bool open = true;
  for (int i = 0; i < 1000 && open; ++i)
    open = c.send(std::string(10'000, 'a'));
  BOOST_TEST(contains(c.read_all(), " 431 "));
  auto many = connect();
  many.send("GET / HTTP/1.1\r\n");
  for (int i = 0; i < 5000; ++i)
    if (!many.send("A: b\r\n"))
      break;
  BOOST_TEST(contains(many.read_all(), " 431 "));
}

BOOST_AUTO_TEST_CASE(encoded_line_ends_in_headers_are_not_echoed) {
  const auto answers = exchange("GET /healthz HTTP/1.1\r\nHost: x%0d%0aEvil: 1\r\n"
                                "X-A: %0d%0aEvil: 1\r\nConnection: close\r\n\r\n");
  BOOST_TEST(contains(answers, "HTTP/1.1 200"));
  BOOST_TEST(!contains(answers, "Evil"));
  BOOST_TEST(
      !contains(exchange("GET /%0d%0aEvil:1 HTTP/1.1\r\nConnection: close\r\n\r\n"), "Evil"));
}

BOOST_AUTO_TEST_CASE(a_long_path_is_414) {
  BOOST_TEST(client().Get("/" + std::string(300, 'a'))->status == 414);
  BOOST_TEST(client().Get("/" + std::string(3000, 'a'))->status == 414);
  BOOST_TEST(client().Get("/bankslip/" + std::string(128, '%').replace(0, 128, "x"))->status
             == 404);
}

BOOST_AUTO_TEST_CASE(unknown_paths_and_methods_have_fastapis_answers) {
  const auto unknown = client().Get("/nothing");
  BOOST_TEST(unknown->status == 404);
  BOOST_TEST(unknown->body == R"({"detail":"Not Found"})");
  const auto wrong = client().Delete("/uploads");
  BOOST_TEST(wrong->status == 405);
  BOOST_TEST(wrong->body == R"({"detail":"Method Not Allowed"})");
  BOOST_TEST(wrong->get_header_value("Allow") == "GET, HEAD");
  BOOST_TEST(client().Head("/uploads")->status == 200);
}

BOOST_AUTO_TEST_CASE(a_range_is_ignored) {
  std::string ranges = "bytes=0-0";
  for (int i = 0; i < 1500; ++i)
    ranges += ",0-0";
  const auto answer = client().Get("/healthz", {{"Range", ranges}});
  BOOST_TEST(answer->status == 200);
  BOOST_TEST(answer->body.starts_with(R"({"status":"ok")"));
}

BOOST_AUTO_TEST_CASE(stalled_and_idle_connections_give_way_to_those_that_wait) {
  options.threads = 2;
  std::vector<std::unique_ptr<raw_client>> stalled;
  for (int i = 0; i < 6; ++i) {
    stalled.push_back(std::make_unique<raw_client>(port()));
    stalled.back()->send(i % 2 == 0 ? "GET /heal" : "");
  }
  const auto began = std::chrono::steady_clock::now();
  const auto answer = client().Get("/healthz");
  BOOST_REQUIRE(answer);
  BOOST_TEST(answer->status == 200);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  // One that is not busy waits 10 s for a head.
  BOOST_TEST(took.count() < 9.0);
}

BOOST_AUTO_TEST_CASE(an_early_answer_is_seen_by_a_client_that_only_sends) {
  auto c = connect();
  c.send("POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 30000000\r\n\r\n");
  BOOST_TEST(c.send(std::string(30'000'000, 'x')));
  BOOST_TEST(contains(c.read_all(), R"({"detail":"Not Found"})"));
}

BOOST_AUTO_TEST_CASE(a_port_that_is_taken_is_named) {
  options.listen.port = port();
  const auto second = http::start_api(options, system, {}, {});
  BOOST_REQUIRE(!second);
  const auto text = domain::text_of(second.error());
  BOOST_TEST(contains(text, "127.0.0.1:" + std::to_string(options.listen.port)));
  BOOST_TEST(contains(text, "Address already in use"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
