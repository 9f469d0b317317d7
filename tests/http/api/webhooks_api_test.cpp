#include <boost/test/unit_test.hpp>

#include "domain/time.hpp"
#include "tests/http/api/api_fixture.hpp"

using namespace bankslip;
using namespace bankslip::http::fakes;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(webhooks_api_test)

namespace {

domain::webhook_delivery sample_delivery(std::int64_t id) {
  domain::webhook_delivery d;
  d.id = id;
  d.message_id = "evt_" + std::to_string(id);
  d.type = "upload.done";
  d.at = domain::utc_time{1'800'000'000s};
  d.next_try = domain::utc_time{1'800'000'300s};
  d.tries = {{domain::utc_time{1'800'000'001s}, 503, 12ms, "answered 503: \"later\""},
             {domain::utc_time{1'800'000'006s}, 0, 15'000ms, "Timeout was reached"}};
  return d;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(webhooks_api, api_fixture)

BOOST_AUTO_TEST_CASE(deliveries_are_listed_with_their_tries) {
  w->with([](world& x) { x.deliveries = {sample_delivery(9)}; });
  const auto page = client().Get("/webhooks/deliveries?limit=5&after=10&state=pending");
  BOOST_REQUIRE(page);
  BOOST_TEST(page->status == 200);
  BOOST_TEST(page->body
             == R"({"deliveries":[{"id":"9","webhook_id":"evt_9","type":"upload.done",)"
                R"("created_at":"2027-01-15T08:00:00.000000Z","state":"pending",)"
                R"("next_try_at":"2027-01-15T08:05:00.000000Z","tries":[)"
                R"({"at":"2027-01-15T08:00:01.000000Z","status":503,"ms":12,)"
                R"("error":"answered 503: \"later\""},)"
                R"({"at":"2027-01-15T08:00:06.000000Z","status":null,"ms":15000,)"
                R"("error":"Timeout was reached"}]}],"next":null})");
  w->with([](world& x) {
    BOOST_REQUIRE(x.deliveries_asked);
    BOOST_TEST(x.deliveries_asked->limit == 5);
    BOOST_TEST(x.deliveries_asked->after == 10);
    BOOST_TEST(x.deliveries_asked->state == domain::delivery_state::pending);
  });
}

BOOST_AUTO_TEST_CASE(a_full_page_says_where_the_next_one_begins) {
  w->with([](world& x) { x.deliveries = {sample_delivery(9), sample_delivery(8)}; });
  const auto page = client().Get("/webhooks/deliveries?limit=2");
  BOOST_REQUIRE(page);
  BOOST_TEST(page->body.ends_with(R"("next":"8"})"));
  w->with([](world& x) { BOOST_TEST(!x.deliveries_asked->state.has_value()); });
}

BOOST_AUTO_TEST_CASE(queries_that_do_not_fit_are_named) {
  const auto bad = client().Get("/webhooks/deliveries?limit=0&after=x&state=lost");
  BOOST_REQUIRE(bad);
  BOOST_TEST(bad->status == 422);
  for (const auto* name : {"\"limit\"", "\"after\"", "\"state\""})
    BOOST_TEST(contains(bad->body, name), name);
  BOOST_TEST(client().Get("/webhooks/deliveries?state=")->status == 422);
}

BOOST_AUTO_TEST_CASE(a_delivery_is_resent_by_its_number) {
  w->with([](world& x) { x.deliveries = {sample_delivery(9)}; });
  const auto resend = [&](const char* id) {
    return client().Post((std::string{"/webhooks/deliveries/"} + id + "/resend").c_str());
  };
  BOOST_TEST(resend("9")->status == 202);
  for (const auto* id : {"8", "0", "-9", "9x", "99999999999999999999"}) {
    BOOST_TEST(resend(id)->status == 404, id);
    BOOST_TEST(resend(id)->body == R"({"detail":"Delivery not found"})");
  }
}

BOOST_AUTO_TEST_CASE(a_test_call_shows_what_it_has_come_to) {
  w->with([](world& x) { x.test_answer = {-1, 204, 41ms, "", 0s}; });
  BOOST_TEST(client().Post("/webhooks/test")->body
             == R"({"delivered":true,"status":204,"ms":41,"error":null})");
  w->with([](world& x) { x.test_answer = {-1, 0, 9ms, "Could not connect", 0s}; });
  const auto bad = client().Post("/webhooks/test");
  BOOST_TEST(bad->status == 200);
  BOOST_TEST(bad->body
             == R"({"delivered":false,"status":null,"ms":9,"error":"Could not connect"})");
}

BOOST_AUTO_TEST_CASE(without_an_endpoint_all_of_them_say_so) {
  w->with([](world& x) {
    x.front_error = domain::make_error(domain::errc::wrong_state, "no WEBHOOK_URL is set");
  });
  BOOST_TEST(client().Get("/webhooks/deliveries")->status == 409);
  BOOST_TEST(client().Post("/webhooks/deliveries/1/resend")->status == 409);
  const auto test = client().Post("/webhooks/test");
  BOOST_TEST(test->status == 409);
  BOOST_TEST(test->body == R"({"detail":"no WEBHOOK_URL is set"})");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
