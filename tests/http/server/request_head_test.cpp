#include <boost/test/unit_test.hpp>

#include <string>

#include "http/server/request_head.hpp"

using namespace bankslip::http;

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

BOOST_AUTO_TEST_SUITE(request_head_test)

BOOST_AUTO_TEST_CASE(a_plain_head_is_taken) {
  const auto head = accepted("GET /a?b=c HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n");
  BOOST_TEST(head.method == "GET");
  BOOST_TEST(head.target == "/a?b=c");
  BOOST_TEST(head.keep_alive);
  BOOST_TEST(!head.has_body());
  BOOST_TEST(head.forwarded == "GET /a?b=c HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(headers_that_frame_the_body_are_read_and_withheld) {
  const auto head = accepted(with("Content-Length: 12\r\nExpect: 100-continue\r\n"
                                  "Range: bytes=0-1\r\nREMOTE_ADDR: 1.2.3.4\r\n"
                                  "Accept-Encoding: gzip"));
  BOOST_TEST(head.content_length.value() == 12u);
  BOOST_TEST(head.expects_continue);
  BOOST_TEST(head.forwarded == "POST /x HTTP/1.1\r\nHost: a\r\n\r\n");
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
  BOOST_TEST(status_of("GET http://x/ HTTP/1.1\r\n\r\n") == 400);
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
