#include <boost/test/unit_test.hpp>

#include <string>

#include "http/api/site.hpp"
#include "tests/http/api/api_fixture.hpp"

using namespace bankslip;
using namespace bankslip::http::fakes;

BOOST_AUTO_TEST_SUITE(site_test)

namespace {

constexpr http::embedded_file script{"a.js", "text/javascript", "d1", "plain bytes", "packed"};
constexpr http::embedded_file image{"a.png", "image/png", "d2", "pixels", {}};

struct no_body final : http::body_stream {
  void begin_body(const http::body_limits&) override {}
  http::body_result read_body(std::string&) override { return http::body_result::end; }
};

http::response answer(const http::embedded_file& file, std::vector<http::header> headers) {
  http::request_head head;
  head.headers = std::move(headers);
  http::response res;
  no_body body;
  http::exchange x{head, res, body, {}};
  http::answer_file(x, file);
  return res;
}

std::string header_of(const http::response& res, std::string_view name) {
  for (const auto& h : res.headers)
    if (h.name == name)
      return h.value;
  return {};
}

} // namespace

BOOST_AUTO_TEST_CASE(who_takes_gzip_gets_it_under_a_tag_of_its_own) {
  const auto plain = answer(script, {});
  BOOST_TEST(plain.body == "plain bytes");
  BOOST_TEST(header_of(plain, "Content-Encoding") == "");
  const auto packed = answer(script, {{"Accept-Encoding", "br;q=1, GZIP;q=0.5"}});
  BOOST_TEST(packed.body == "packed");
  BOOST_TEST(header_of(packed, "Content-Encoding") == "gzip");
  BOOST_TEST(header_of(packed, "Vary") == "Accept-Encoding");
  BOOST_TEST(header_of(packed, "ETag") != header_of(plain, "ETag"));
}

BOOST_AUTO_TEST_CASE(who_refuses_gzip_or_where_it_is_not_shorter_gets_the_bytes) {
  for (const auto* refused : {"gzip;q=0", "gzip; q=0.0", "identity", "xgzip"})
    BOOST_TEST(answer(script, {{"Accept-Encoding", refused}}).body == "plain bytes");
  BOOST_TEST(answer(image, {{"Accept-Encoding", "gzip"}}).body == "pixels");
}

BOOST_AUTO_TEST_CASE(who_has_the_file_already_is_told_so) {
  for (const auto* known : {"\"d1\"", "W/\"d1\"", "\"x\", \"d1\"", "*"}) {
    const auto res = answer(script, {{"If-None-Match", known}});
    BOOST_TEST(res.status == 304);
    BOOST_TEST(res.body.empty());
    BOOST_TEST(header_of(res, "ETag") == "\"d1\"");
  }
  BOOST_TEST(answer(script, {{"If-None-Match", "\"d2\""}}).status == 200);
  BOOST_TEST(answer(script, {{"If-None-Match", "\"d1\""}, {"Accept-Encoding", "gzip"}}).status
             == 200);
}

BOOST_FIXTURE_TEST_CASE(pages_load_nothing_from_elsewhere_and_have_no_inline_script, api_fixture) {
  const auto page = client().Get("/docs");
  BOOST_TEST(page->status == 200);
  BOOST_TEST(page->get_header_value("Content-Type") == "text/html; charset=utf-8");
  const auto policy = page->get_header_value("Content-Security-Policy");
  BOOST_TEST(contains(policy, "default-src 'self'"));
  BOOST_TEST(!contains(policy, "unsafe"));
  BOOST_TEST(!contains(page->body, "http"));
  BOOST_TEST(contains(page->body, "docs/swagger-ui-bundle.js"));
}

BOOST_FIXTURE_TEST_CASE(the_bundle_arrives_whole, api_fixture) {
  const auto bundle = client().Get("/docs/swagger-ui-bundle.js");
  BOOST_TEST(bundle->status == 200);
  BOOST_TEST(bundle->body.size() > 1'000'000u);
  BOOST_TEST(contains(bundle->body, "SwaggerUIBundle"));
  BOOST_TEST(client().Get("/docs/init.js")->status == 200);
  BOOST_TEST(client().Get("/docs/nothing.js")->status == 404);
}

BOOST_AUTO_TEST_SUITE_END()
