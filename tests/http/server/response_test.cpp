#include <boost/test/unit_test.hpp>

#include <string>

#include "http/server/response.hpp"

using namespace bankslip::http;

BOOST_AUTO_TEST_SUITE(response_test)

BOOST_AUTO_TEST_CASE(a_fixed_body_has_its_length) {
  const response answer{422, "application/json", {{"Retry-After", "5"}}, "{}", {}};
  BOOST_TEST(response_head(answer, {}, false)
             == "HTTP/1.1 422 Unprocessable Content\r\nContent-Type: application/json\r\n"
                "Retry-After: 5\r\nContent-Length: 2\r\n\r\n");
  BOOST_TEST(response_head({}, {}, true)
             == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(an_answer_that_has_no_body_tells_no_length) {
  const response unchanged{304, "", {{"ETag", "\"x\""}}, "", {}};
  BOOST_TEST(response_head(unchanged, {}, false)
             == "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(a_streamed_body_is_chunked_but_for_http_1_0) {
  response answer;
  answer.stream = [](std::string&) { return true; };
  BOOST_TEST(response_head(answer, {}, false)
             == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  request_head old;
  old.http_1_0 = true;
  BOOST_TEST(response_head(answer, old, true) == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
  BOOST_TEST(response_head({}, old, false)
             == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(chunks_are_counted_in_hexadecimal) {
  std::string out;
  append_chunk(out, std::string(26, 'x'));
  append_chunk(out, "");
  BOOST_TEST(out == "1a\r\n" + std::string(26, 'x') + "\r\n0\r\n\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
