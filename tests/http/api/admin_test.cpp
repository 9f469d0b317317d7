#include <boost/test/unit_test.hpp>

#include <string>

#include "domain/version.hpp"
#include "telemetry/actor_board.hpp"
#include "tests/http/api/api_fixture.hpp"

using namespace bankslip;
using namespace bankslip::http::fakes;

BOOST_AUTO_TEST_SUITE(admin_test)

namespace {

struct fixture {
  fixture() {
    auto started = http::start_admin({"127.0.0.1", 0}, seen);
    BOOST_REQUIRE(started);
    admin = std::move(*started);
  }
  httplib::Client client() { return httplib::Client{"127.0.0.1", admin->port()}; }
  std::shared_ptr<domain::availability> seen = std::make_shared<domain::availability>();
  std::unique_ptr<http::listener> admin;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(admin, fixture)

BOOST_AUTO_TEST_CASE(a_living_process_is_healthy_and_tells_its_version) {
  const auto answer = client().Get("/healthz");
  BOOST_TEST(answer->status == 200);
  const auto version = std::string{domain::version};
  BOOST_TEST(answer->body == R"({"status":"ok","version":")" + version + R"("})");
  BOOST_TEST(contains(client().Get("/metrics")->body,
                      "\nbankslip_build_info{version=\"" + version + "\"} 1\n"));
}

BOOST_AUTO_TEST_CASE(readiness_names_what_is_away) {
  seen->is_away({domain::dependency_kind::broker}, "no broker");
  const auto away = client().Get("/readyz");
  BOOST_TEST(away->status == 503);
  BOOST_TEST(away->body == R"({"status":"unavailable","reasons":["kafka: no broker"]})");
  seen->is_there({domain::dependency_kind::broker});
  const auto back = client().Get("/readyz");
  BOOST_TEST(back->status == 200);
  BOOST_TEST(back->body == R"({"status":"ready"})");
}

BOOST_AUTO_TEST_CASE(readiness_tells_what_is_known_of_what_is_there) {
  BOOST_TEST(seen->note("replication", "synchronous: b"));
  BOOST_TEST(!seen->note("replication", "synchronous: b"));
  const auto details = std::string{R"("details":{"replication":"synchronous: b"}})"};
  BOOST_TEST(client().Get("/readyz")->body == R"({"status":"ready",)" + details);
  seen->is_away({domain::dependency_kind::broker}, "no broker");
  BOOST_TEST(client().Get("/readyz")->body
             == R"({"status":"unavailable","reasons":["kafka: no broker"],)" + details);
}

BOOST_AUTO_TEST_CASE(metrics_count_requests_by_route_pattern) {
  client().Get("/healthz");
  client().Get("/some/path/of/a/client");
  const auto answer = client().Get("/metrics");
  BOOST_TEST(answer->status == 200);
  BOOST_TEST(contains(answer->get_header_value("Content-Type"), "text/plain; version=0.0.4"));
  BOOST_TEST(contains(answer->body, R"(route="/healthz")"));
  BOOST_TEST(contains(answer->body, R"(route="unmatched")"));
  BOOST_TEST(!contains(answer->body, "some/path"));
}

BOOST_AUTO_TEST_CASE(actors_are_listed) {
  const telemetry::actor_entry entry{"parser", "parser 17"};
  const auto answer = client().Get("/actors");
  BOOST_TEST(answer->status == 200);
  BOOST_TEST(contains(answer->body, "parser 17"));
}

BOOST_AUTO_TEST_CASE(the_api_is_not_served_here) {
  BOOST_TEST(client().Get("/uploads")->status == 404);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
