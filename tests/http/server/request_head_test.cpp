#include <boost/test/unit_test.hpp>

#include <string>

#include "http/server/request_head.hpp"

using namespace bankslip::http;

BOOST_AUTO_TEST_SUITE(request_head_test)

namespace {

int status_of(const std::string& head) {
  const auto parsed = parse_head(head);
  const auto* refusal = std::get_if<head_refusal>(&parsed);
  return refusal ? refusal->status : 0;
}

request_head accepted(const std::string& head) {
  auto parsed = parse_head(head);
  BOOST_REQUIRE(std::holds_alternative<request_head>(parsed));
  return std::get<request_head>(std::move(parsed));
}

std::string with(const std::string& headers) {
  return "POST /x HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n\r\n";
}

} // namespace

BOOST_AUTO_TEST_CASE(a_plain_head_is_taken) {
  const auto head = accepted("GET /a?b=c HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n");
  BOOST_TEST(head.method == "GET");
  BOOST_TEST(head.target == "/a?b=c");
  BOOST_TEST(head.keep_alive);
  BOOST_TEST(!head.has_body());
  BOOST_TEST(head.find_header("accept").value() == "*/*");
  BOOST_TEST(!head.find_header("Accept-Encoding"));
}

BOOST_AUTO_TEST_CASE(headers_that_frame_the_body_are_read) {
  const auto head = accepted(with("Content-Length: 12\r\nExpect: 100-continue"));
  BOOST_TEST(head.content_length.value() == 12u);
  BOOST_TEST(head.expects_continue);
}

BOOST_AUTO_TEST_CASE(an_absolute_target_is_served_by_its_path) {
  const std::pair<std::string, std::string> targets[] = {
      {"http://x/", "/"},
      {"http://127.0.0.1:8000/uploads", "/uploads"},
      {"http://x/uploads?limit=1", "/uploads?limit=1"},
      {"https://x.example/a%20b", "/a%20b"},
      {"HTTP://X/a", "/a"},
      {"http://x", "/"},
      {"http://x:80?limit=1", "/?limit=1"},
      {"http://user:secret@x/a", "/a"},
      {"http://[::1]:8000/a", "/a"},
      {"http://x//a", "//a"},
      {"http://x/http://y/", "/http://y/"},
  };
  for (const auto& [target, path] : targets)
    BOOST_TEST(accepted("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n").target == path);
  for (const std::string wrong : {"http://", "http:///a", "http:/a", "ftp://x/a", "x/a", "x:443",
                                  "https:", "httpx://a/", "://x/", "*"})
    BOOST_TEST(status_of("GET " + wrong + " HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
}

BOOST_AUTO_TEST_CASE(parameters_of_the_query_are_decoded) {
  const auto head = accepted("GET /a?limit=5&b=x%20y+z&&c&b=2&%64=%zz&e=f=g#b=3 HTTP/1.1\r\n\r\n");
  BOOST_TEST(head.find_query("limit").value() == "5");
  BOOST_TEST(head.find_query("b").value() == "x y z");
  BOOST_TEST(head.find_query("c").value() == "");
  BOOST_TEST(head.find_query("d").value() == "%zz");
  BOOST_TEST(head.find_query("e").value() == "f=g");
  BOOST_TEST(!head.find_query("imit"));
  BOOST_TEST(!head.find_query("a"));
}

BOOST_AUTO_TEST_CASE(an_ambiguous_length_is_refused) {
  BOOST_TEST(status_of(with("Content-Length: 5\r\nContent-Length: 5")) == 400);
  BOOST_TEST(status_of(with("Content-Length: 5\r\nTransfer-Encoding: chunked")) == 400);
  BOOST_TEST(status_of(with("Content-Length: +5")) == 400);
  BOOST_TEST(status_of(with("Content-Length: 5, 5")) == 400);
  BOOST_TEST(status_of(with("Content-Length: -1")) == 400);
  BOOST_TEST(status_of(with("Content-Length: %35")) == 400);
  BOOST_TEST(status_of(with("Content-Length: 99999999999999999999999")) == 400);
  BOOST_TEST(status_of(with("Content-Length:")) == 400);
  BOOST_TEST(status_of(with("Transfer-Encoding: gzip, chunked")) == 501);
  BOOST_TEST(status_of(with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")) == 501);
  BOOST_TEST(status_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") == 400);
}

BOOST_AUTO_TEST_CASE(lines_that_two_readers_could_understand_differently_are_refused) {
  BOOST_TEST(status_of(with("A: b\nContent-Length: 5")) == 400);
  BOOST_TEST(status_of(with("A: b\rC: d")) == 400);
  BOOST_TEST(status_of(with("Content-Length : 5")) == 400);
  BOOST_TEST(status_of(with("A: b\r\n folded")) == 400);
  BOOST_TEST(status_of(with("no colon")) == 400);
  BOOST_TEST(status_of(with(std::string{"A: b\0c", 6})) == 400);
  BOOST_TEST(status_of(with("Host: b")) == 400);
  BOOST_TEST(status_of("GET /a b HTTP/1.1\r\n\r\n") == 400);
  BOOST_TEST(status_of("GET  HTTP/1.1\r\n\r\n") == 400);
  BOOST_TEST(status_of("\r\n") == 400);
}

BOOST_AUTO_TEST_CASE(unknown_methods_versions_and_long_targets_have_their_own_status) {
  BOOST_TEST(status_of("BREW /pot HTTP/1.1\r\n\r\n") == 501);
  BOOST_TEST(status_of("GET / HTTP/2.0\r\n\r\n") == 505);
  BOOST_TEST(status_of("GET /" + std::string(3000, 'a') + " HTTP/1.1\r\n\r\n") == 414);
  BOOST_TEST(status_of(with("Expect: a-miracle")) == 417);
}

BOOST_AUTO_TEST_CASE(the_connection_is_kept_as_the_version_says) {
  BOOST_TEST(!accepted("GET / HTTP/1.0\r\n\r\n").keep_alive);
  BOOST_TEST(accepted("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
  BOOST_TEST(!accepted("GET / HTTP/1.1\r\nConnection: Close\r\n\r\n").keep_alive);
}

BOOST_AUTO_TEST_CASE(a_compressed_body_is_noticed) {
  BOOST_TEST(accepted(with("Content-Encoding: gzip")).encoded_body);
  BOOST_TEST(!accepted(with("Content-Encoding: identity")).encoded_body);
}

BOOST_AUTO_TEST_SUITE_END()
