#include <boost/test/unit_test.hpp>

#include <string>

#include "tests/http/api/api_fixture.hpp"

using namespace bankslip;
using namespace bankslip::http::fakes;

BOOST_AUTO_TEST_SUITE(idempotency_test)

namespace {

const std::string a_debt =
    R"({"name":"Ana","government_id":"1","email":"ana@example.com","debt_amount":1.5,)"
    R"("debt_due_date":"2030-01-31","debt_id":"doc-1"})";

httplib::Headers with_key(const std::string& key) { return {{"Idempotency-Key", key}}; }

struct fixture : api_fixture {
  auto post(const std::string& key, const std::string& body,
            const std::string& path = "/bankslip") {
    return client().Post(path, with_key(key), body, "application/json");
  }
  auto upload(const std::string& key, const std::string& file, const std::string& boundary) {
    return client().Post("/bankslip/batch", with_key(key),
                         "--" + boundary
                             + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\""
                               "\r\n\r\n"
                             + file + "\r\n--" + boundary + "--\r\n",
                         "multipart/form-data; boundary=" + boundary);
  }
  int created() {
    return w->with([](world& x) { return x.created.has_value() ? 1 : 0; });
  }
};

bool replayed(const httplib::Result& answer) {
  return answer->get_header_value("Idempotency-Replayed") == "true";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(idempotency, fixture)

BOOST_AUTO_TEST_CASE(a_repeated_request_gets_the_first_answer_and_does_nothing) {
  const auto first = post("k", a_debt);
  BOOST_TEST(first->status == 201);
  BOOST_TEST(!replayed(first));
  w->with([](world& x) {
    x.created.reset();
    x.debts.clear();
  });
  const auto again = post("k", a_debt);
  BOOST_TEST(again->status == 201);
  BOOST_TEST(again->body == first->body);
  BOOST_TEST(again->get_header_value("Content-Type") == "application/json");
  BOOST_TEST(replayed(again));
  BOOST_TEST(created() == 0);
  BOOST_TEST(!replayed(post("another key", a_debt)));
  BOOST_TEST(created() == 1);
}

BOOST_AUTO_TEST_CASE(a_key_belongs_to_method_path_query_and_body) {
  post("k", a_debt);
  w->with([](world& x) { x.created.reset(); });
  for (const auto& answer :
       {post("k", a_debt + " "), post("k", a_debt, "/bankslip?x=1"),
        client().Post("/bankslip/doc-1/retry", with_key("k"), "", "application/json")}) {
    BOOST_TEST(answer->status == 422);
    BOOST_TEST(contains(answer->body, R"("loc":["header","Idempotency-Key"])"));
  }
  BOOST_TEST(created() == 0);
}

BOOST_AUTO_TEST_CASE(a_request_without_a_key_asks_nobody) {
  client().Post("/bankslip", a_debt, "application/json");
  BOOST_TEST(w->claims == 0);
  // A read has no effect that could be repeated.
  client().Get("/uploads", with_key("k"));
  BOOST_TEST(w->claims == 0);
}

BOOST_AUTO_TEST_CASE(while_the_first_is_running_others_wait) {
  w->with([](world& x) { x.key_is_taken = true; });
  const auto answer = post("k", a_debt);
  BOOST_TEST(answer->status == 409);
  BOOST_TEST(answer->get_header_value("Retry-After") == "5");
  BOOST_TEST(created() == 0);
}

BOOST_AUTO_TEST_CASE(a_key_is_1_to_255_printable_ascii_characters) {
  BOOST_TEST(post(std::string(255, '~'), a_debt)->status == 201);
  for (const auto& bad : {std::string{}, std::string(256, 'a'), std::string{"caf\xc3\xa9"}})
    BOOST_TEST(post(bad, a_debt)->status == 422);
  const auto twice = exchange("POST /bankslip HTTP/1.1\r\nHost: x\r\nIdempotency-Key: a\r\n"
                              "idempotency-key: b\r\nContent-Length: 2\r\n\r\n{}");
  BOOST_TEST(contains(twice, " 422 "));
  BOOST_TEST(contains(twice, "given once"));
  BOOST_TEST(w->claims == 1);
}

BOOST_AUTO_TEST_CASE(faults_of_the_request_are_answers_too) {
  BOOST_TEST(post("k", "{}")->status == 422);
  const auto again = post("k", "{}");
  BOOST_TEST(again->status == 422);
  BOOST_TEST(replayed(again));
}

BOOST_AUTO_TEST_CASE(failures_of_the_server_are_not_kept) {
  w->with([](world& x) { x.finish_error = domain::make_error(domain::errc::broker_unavailable); });
  BOOST_TEST(upload("k", "rows", "b")->status == 503);
  w->with([](world& x) { x.finish_error = {}; });
  const auto again = upload("k", "rows", "b");
  BOOST_TEST(again->status == 201);
  BOOST_TEST(!replayed(again));
}

BOOST_AUTO_TEST_CASE(a_database_that_is_away_refuses_the_request) {
  w->with([](world& x) { x.front_error = domain::make_error(domain::errc::database_unavailable); });
  BOOST_TEST(post("k", a_debt)->status == 503);
  BOOST_TEST(created() == 0);
}

BOOST_AUTO_TEST_CASE(of_an_upload_the_file_counts_however_the_form_is_cut) {
  w->with([](world& x) { x.report.accepted = 3; });
  const auto first = upload("k", "name\nAna\n", "first-boundary");
  BOOST_TEST(first->status == 201);
  const auto again = upload("k", "name\nAna\n", "second");
  BOOST_TEST(again->body == first->body);
  BOOST_TEST(replayed(again));
  BOOST_TEST(upload("k", "name\nBia\n", "first-boundary")->status == 422);
  w->with([](world& x) {
    BOOST_TEST(x.opened == 1);
    BOOST_TEST(x.received == "name\nAna\n");
  });
}

BOOST_AUTO_TEST_CASE(an_answer_to_a_broken_off_upload_is_not_kept) {
  const auto body = multipart_body("rows");
  {
    auto c = connect();
    c.send("POST /bankslip/batch HTTP/1.1\r\nHost: x\r\nIdempotency-Key: k\r\nContent-Type: "
           + multipart_type() + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n");
    c.send(body.substr(0, body.size() / 2));
  }
  BOOST_TEST(w->eventually([](world& x) { return x.claims == 1 && x.keys.empty(); }));
  BOOST_TEST(!replayed(upload("k", "rows", "b")));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
