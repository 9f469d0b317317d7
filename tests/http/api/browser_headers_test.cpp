#include <boost/test/unit_test.hpp>

#include <string>

#include "tests/http/api/gate_fixture.hpp"

using namespace bankslip;
using namespace bankslip::http::fakes;

BOOST_AUTO_TEST_SUITE(browser_headers_test)

BOOST_FIXTURE_TEST_CASE(every_answer_tells_browsers_to_take_care, gate_fixture) {
  const auto requests = {
      "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
      "GET /uploads HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
      "GET /nowhere HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
      "PUT /uploads HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
      "no request\r\n\r\n",
  };
  for (const std::string request : requests) {
    const auto answer = exchange(request);
    for (const auto* header :
         {"\r\nContent-Security-Policy: default-src 'self';", "frame-ancestors 'none'",
          "\r\nX-Content-Type-Options: nosniff\r\n", "\r\nReferrer-Policy: no-referrer\r\n"})
      BOOST_TEST(contains(answer, header), request << header);
    BOOST_TEST(!contains(answer, "unsafe-inline"));
    BOOST_TEST(!contains(answer, "Access-Control"));
  }
}

namespace {

struct cors_fixture : gate_fixture {
  cors_fixture() { options.cors_origins = {"https://a.example", "http://b.example:8080"}; }

  httplib::Result preflight(const std::string& origin, const std::string& path) {
    return client().Options(path.c_str(), {{"Origin", origin},
                                           {"Access-Control-Request-Method", "POST"},
                                           {"Access-Control-Request-Headers", "authorization"}});
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(with_origins, cors_fixture)

BOOST_AUTO_TEST_CASE(a_listed_origin_is_told_what_it_may_send) {
  const auto answer = preflight("https://a.example", "/bankslip");
  BOOST_TEST(answer->status == 204);
  BOOST_TEST(answer->get_header_value("Access-Control-Allow-Origin") == "https://a.example");
  BOOST_TEST(answer->get_header_value("Access-Control-Allow-Methods") == "POST");
  BOOST_TEST(contains(answer->get_header_value("Access-Control-Allow-Headers"), "Authorization"));
  BOOST_TEST(answer->get_header_value("Vary") == "Origin");
  // No cookies from elsewhere.
  BOOST_TEST(!answer->has_header("Access-Control-Allow-Credentials"));
}

BOOST_AUTO_TEST_CASE(other_origins_are_told_nothing) {
  for (const std::string origin : {"https://evil.example", "https://a.example.evil.example", "null",
                                   "http://a.example", "https://a.example:8443", "*"}) {
    const auto answer = preflight(origin, "/bankslip");
    BOOST_TEST(answer->status == 405, origin);
    BOOST_TEST(!answer->has_header("Access-Control-Allow-Origin"), origin);
  }
  BOOST_TEST(preflight("https://a.example", "/nowhere")->status == 404);
}

BOOST_AUTO_TEST_CASE(a_page_of_a_listed_origin_can_read_refusals_too) {
  for (const auto& secret : {"bsk_read", "bsk_wrong"}) {
    const auto answer =
        client().Get("/uploads", {{"Origin", "http://b.example:8080"}, {"X-API-Key", secret}});
    BOOST_TEST(answer->get_header_value("Access-Control-Allow-Origin") == "http://b.example:8080");
    BOOST_TEST(contains(answer->get_header_value("Access-Control-Expose-Headers"), "Retry-After"));
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
