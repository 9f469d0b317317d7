#include <boost/test/unit_test.hpp>

#include <future>
#include <string>
#include <vector>

#include "domain/boleto/builtin_slip.hpp"
#include "tests/http/api/api_fixture.hpp"

using namespace bankslip;
using namespace bankslip::http::fakes;

BOOST_AUTO_TEST_SUITE(debts_api_test)

namespace {

const std::string good = R"({"name":"João","government_id":"01","email":"j@example.com",)"
                         R"("debt_amount":10.50,"debt_due_date":"2026-12-21","debt_id":"d-1"})";

domain::stored_debt stored(const std::string& id, domain::debt_status status) {
  domain::stored_debt d;
  d.content.debt_id = id;
  d.content.name = "Maria";
  d.content.amount = {781100};
  d.content.due_date = *domain::parse_date("2026-12-21");
  d.status = status;
  return d;
}

struct fixture : api_fixture {
  httplib::Result post(const std::string& path, const std::string& body,
                       const char* type = "application/json") {
    return client().Post(path, body, type);
  }
  void keep(const domain::stored_debt& d) {
    w->with([&](world& x) { x.debts[d.content.debt_id] = d; });
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(debts_api, fixture)

BOOST_AUTO_TEST_CASE(a_debt_is_created_with_its_exact_amount) {
  const auto answer = post("/bankslip", good);
  BOOST_REQUIRE(answer);
  BOOST_TEST(answer->status == 201);
  BOOST_TEST(w->created->content.amount.cents == 1050);
  BOOST_TEST(contains(answer->body,
                      R"({"name":"João","government_id":"01","email":"j@example.com",)"
                      R"("debt_amount":10.50,"debt_due_date":"2026-12-21","debt_id":"d-1",)"
                      R"("bankslip_file":null,"propagated":false,"status":"imported",)"
                      R"("failure":null,"created_at":")"));
}

BOOST_AUTO_TEST_CASE(a_clients_trace_is_handed_on_unless_it_is_malformed) {
  const std::string trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const auto send = [&](const char* path, const std::string& body, const std::string& value) {
    BOOST_REQUIRE(client().Post(path, {{"traceparent", value}}, body, "application/json"));
  };
  send("/bankslip", good, trace);
  BOOST_TEST(w->created->trace == trace);
  send("/bankslip", good, trace + "x");
  BOOST_TEST(w->created->trace == "");
  send("/bankslip/d-1/retry", "{}", trace);
  BOOST_TEST(w->retried->trace == trace);
  send("/bankslip/d-1/resolve", R"({"outcome":"sent"})", trace);
  BOOST_TEST(w->resolved->trace == trace);
}

BOOST_AUTO_TEST_CASE(an_amount_may_be_text_and_keeps_every_digit) {
  auto body = good;
  body.replace(body.find("10.50"), 5, R"("99999999.99")");
  BOOST_TEST(post("/bankslip", body)->status == 201);
  BOOST_TEST(w->created->content.amount.cents == 9'999'999'999);
  body = good;
  body.replace(body.find("10.50"), 5, "1e-3");
  const auto refused = post("/bankslip", body);
  BOOST_TEST(refused->status == 422);
  BOOST_TEST(contains(refused->body, R"("loc":["body","debt_amount"])"));
  BOOST_TEST(contains(refused->body, R"("input":1e-3)"));
}

BOOST_AUTO_TEST_CASE(an_amount_is_any_number_of_that_value) {
  for (auto [text, cents] : {std::pair{"1.5e1", 1'500},
                             {"1E+2", 10'000},
                             {"1.0E7", 1'000'000'000},
                             {"10.500", 1'050},
                             {"1e1", 1'000}}) {
    auto body = good;
    body.replace(body.find("10.50"), 5, text);
    BOOST_TEST(post("/bankslip", body)->status == 201, text);
    BOOST_TEST(w->created->content.amount.cents == cents, text);
  }
  for (auto text : {"10.005", "\"1.5e1\"", "\"10.500\"", "1e8", "0"}) {
    auto body = good;
    body.replace(body.find("10.50"), 5, text);
    BOOST_TEST(post("/bankslip", body)->status == 422, text);
  }
}

BOOST_AUTO_TEST_CASE(the_same_key_twice_is_refused) {
  for (std::string field : {"\"debt_id\":\"d-1\"", "\"name\":\"x\"", "\"debt_amount\":10.50",
                            "\"email\":null", "\"name\":{\"a\":1}", "\"x\":1,\"x\":1"}) {
    const auto answer = post("/bankslip", "{" + field + "," + good.substr(1));
    BOOST_TEST(answer->status == 422, field);
    BOOST_TEST(contains(answer->body, "\"type\":\"duplicate_key\""), answer->body);
    BOOST_TEST(contains(answer->body, field.substr(1, field.find(':') - 2)), answer->body);
  }
  BOOST_TEST(post("/bankslip", R"({"x":{"y":1,"y":2},)" + good.substr(1))->status == 201);
  std::string hostile = "{";
  for (int i = 0; i < 2000; ++i)
    hostile += "\"" + std::to_string(i / 2) + "\":0,";
  BOOST_TEST(post("/bankslip", hostile + good.substr(1))->body.size() < 20'000u);
}

BOOST_AUTO_TEST_CASE(a_debt_is_held_to_the_limits_of_files) {
  const std::vector<std::pair<const char*, const char*>> table = {
      {R"("debt_id":".")", "debt_id_characters"},
      {R"("debt_id":"..")", "debt_id_characters"},
      {R"("debt_id":"a/b")", "debt_id_characters"},
      {R"("name":" \u00a0\t")", "blank"},
      {R"("name":"a\nb")", "control_character"},
      {R"("name":"")", "required"},
      {R"("government_id":"a\u0007")", "control_character"},
      {R"("debt_due_date":"2000-07-02")", "date_range"},
      {R"("debt_due_date":"10/03/2026")", "date_format"},
      {R"("email":"a@b")", "email_syntax"},
  };
  for (const auto& [field, code] : table) {
    auto body = good;
    const auto name = std::string{field}.substr(0, std::string{field}.find(':'));
    const auto begin = body.find(name);
    const auto end = std::min(body.find(',', begin), body.size() - 1);
    body.replace(begin, end - begin, field);
    const auto answer = post("/bankslip", body);
    BOOST_TEST(answer->status == 422, field);
    BOOST_TEST(contains(answer->body, std::string{"\"type\":\""} + code + "\""), answer->body);
  }
  auto body = good;
  body.replace(body.find("\"d-1\""), 5, "\" d-1\\t\"");
  BOOST_TEST(post("/bankslip", body)->status == 201);
  BOOST_TEST(w->created->content.debt_id == "d-1");
}

BOOST_AUTO_TEST_CASE(each_bad_field_has_its_entry) {
  const auto answer = post("/bankslip", R"({"name":17,"government_id":null,"email":"nobody",)"
                                        R"("debt_amount":true,"debt_due_date":{"a":[1]}})");
  BOOST_REQUIRE(answer->status == 422);
  const auto& body = answer->body;
  BOOST_TEST(contains(body, R"({"type":"string_type","loc":["body","name"],)"
                            R"("msg":"Input should be a valid string","input":17})"));
  BOOST_TEST(contains(body, R"("loc":["body","government_id"],)"
                            R"("msg":"Input should be a valid string","input":null})"));
  BOOST_TEST(contains(body, R"({"type":"decimal_type","loc":["body","debt_amount"])"));
  BOOST_TEST(contains(body, R"("input":{"a":[1]}})"));
  BOOST_TEST(contains(body, R"("input":"nobody")"));
  BOOST_TEST(contains(body, R"({"type":"missing","loc":["body","debt_id"],)"
                            R"("msg":"Field required","input":{"name":17,)"));
  BOOST_TEST(!w->created.has_value());
}

BOOST_AUTO_TEST_CASE(what_is_not_json_is_refused_as_fastapi_does) {
  BOOST_TEST(contains(post("/bankslip", "{nonsense")->body,
                      R"({"detail":[{"type":"json_invalid","loc":["body",1],)"
                      R"("msg":"JSON decode error","input":{},"ctx":{"error":)"));
  BOOST_TEST(contains(post("/bankslip", "")->body,
                      R"({"type":"missing","loc":["body"],"msg":"Field required","input":null})"));
  BOOST_TEST(contains(post("/bankslip", "[1]")->body, R"("type":"model_attributes_type")"));
  BOOST_TEST(
      contains(post("/bankslip", good, "text/plain")->body, R"("type":"model_attributes_type")"));
  BOOST_TEST(post("/bankslip", good + "x")->status == 422);
  BOOST_TEST(post("/bankslip", "{\"name\":\"\xff\"}")->status == 422);
  BOOST_TEST(post("/bankslip", std::string(60'000, '['))->status == 422);
  BOOST_TEST(post("/bankslip", good + std::string(1, '\0') + "x")->status == 422);
}

BOOST_AUTO_TEST_CASE(a_body_of_no_named_type_is_json) {
  const auto length = "Content-Length: " + std::to_string(good.size());
  const auto answer = exchange("POST /bankslip HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                               + length + "\r\n\r\n" + good);
  BOOST_TEST(contains(answer, "HTTP/1.1 201"));
}

BOOST_AUTO_TEST_CASE(a_byte_order_mark_is_passed_over_only_whole) {
  BOOST_TEST(post("/bankslip", "\xEF\xBB\xBF" + good)->status == 201);
  BOOST_TEST(contains(post("/bankslip", "\xEF\xBB\xBF{}")->body, R"("input":{}})"));
  BOOST_TEST(contains(post("/bankslip", "\xBB{}")->body, R"("type":"json_invalid")"));
}

BOOST_AUTO_TEST_CASE(a_body_over_64_kib_is_413) {
  const auto answer = post("/bankslip", std::string(70'000, ' '));
  BOOST_REQUIRE(answer);
  BOOST_TEST(answer->status == 413);
}

BOOST_AUTO_TEST_CASE(an_unknown_debt_is_404) {
  const auto answer = client().Get("/bankslip/nobody");
  BOOST_TEST(answer->status == 404);
  BOOST_TEST(answer->body == R"({"detail":"Bankslip not found"})");
  BOOST_TEST(client().Get("/bankslip/%ff")->status == 404);
}

BOOST_AUTO_TEST_CASE(an_emailed_debt_shows_its_slip) {
  auto d = stored("d 2", domain::debt_status::emailed);
  d.linha_digitavel = std::string(47, '1');
  d.slip_details = R"({"nosso_numero":"123","pix":"000201","pdf_url":"http://bank/x","n":1})";
  keep(d);
  const auto answer = client().Get("/bankslip/d%202");
  BOOST_REQUIRE(answer->status == 200);
  BOOST_TEST(contains(answer->body, R"("debt_amount":7811,)"));
  BOOST_TEST(contains(answer->body, R"("propagated":true,"status":"emailed")"));
  BOOST_TEST(contains(answer->body, R"("nosso_numero":"123","pix":"000201",)"
                                    R"("pdf_url":"http://bank/x",)"));
}

BOOST_AUTO_TEST_CASE(a_built_in_slip_is_shown_from_its_debt) {
  auto d = stored("d3", domain::debt_status::generated);
  const auto slip = domain::make_builtin_slip(d.content);
  d.linha_digitavel = slip.linha_digitavel;
  keep(d);
  const auto answer = client().Get("/bankslip/d3");
  BOOST_TEST(contains(answer->body, R"("bankslip_file":")" + slip.linha_digitavel + '"'));
  BOOST_TEST(contains(answer->body, R"("barcode":")" + slip.barcode + R"(","linha_digitavel":")"
                                        + slip.linha_digitavel + R"(","nosso_numero":")"
                                        + slip.nosso_numero + R"(","pix":"000201)"));
  BOOST_TEST(contains(answer->body, R"("pdf_url":"/bankslip/d3/pdf",)"));
}

BOOST_AUTO_TEST_CASE(a_file_s_name_of_the_old_service_is_no_line) {
  auto d = stored("d5", domain::debt_status::emailed);
  d.linha_digitavel = "d5.pdf";
  keep(d);
  const auto answer = client().Get("/bankslip/d5");
  BOOST_TEST(contains(answer->body, R"("bankslip_file":"d5.pdf",)"));
  BOOST_TEST(contains(answer->body, R"("barcode":null,"linha_digitavel":null,)"));
  BOOST_TEST(contains(answer->body, R"("pdf_url":null,)"));
}

BOOST_AUTO_TEST_CASE(a_debt_tells_which_row_of_which_upload_it_was_and_how_often_it_was_tried) {
  auto d = stored("d4", domain::debt_status::failed);
  d.from = {12, 0};
  d.attempt = 2;
  d.put_offs = 3;
  keep(d);
  BOOST_TEST(contains(client().Get("/bankslip/d4")->body,
                      R"("attempt":2,"put_offs":3,"mail_tried_at":null,)"
                      R"("upload_id":"12","row":0})"));
  d.from = {};
  keep(d);
  BOOST_TEST(contains(client().Get("/bankslip/d4")->body, R"("upload_id":null,"row":null})"));
}

BOOST_AUTO_TEST_CASE(a_retry_takes_a_corrected_address) {
  keep(stored("f", domain::debt_status::failed));
  keep(stored("e", domain::debt_status::emailed));
  BOOST_TEST(client().Post("/bankslip/f/retry")->status == 202);
  BOOST_TEST(!w->retried->email.has_value());
  BOOST_TEST(post("/bankslip/f/retry", R"({"email":"x@example.com"})")->status == 202);
  BOOST_TEST(w->retried->email.value() == "x@example.com");
  BOOST_TEST(post("/bankslip/f/retry", R"({"email":"x"})")->status == 422);
  BOOST_TEST(post("/bankslip/f/retry", R"({"email":7})")->status == 422);
  BOOST_TEST(client().Post("/bankslip/e/retry")->status == 409);
  BOOST_TEST(client().Post("/bankslip/none/retry")->status == 404);
}

BOOST_AUTO_TEST_CASE(a_person_resolves_a_doubt) {
  keep(stored("q", domain::debt_status::in_doubt));
  keep(stored("e", domain::debt_status::emailed));
  BOOST_TEST(post("/bankslip/q/resolve", R"({"outcome":"resend"})")->status == 202);
  BOOST_TEST(w->resolved->decision == domain::person_decision::resend);
  BOOST_TEST(post("/bankslip/e/resolve", R"({"outcome":"sent"})")->status == 409);
  BOOST_TEST(post("/bankslip/x/resolve", R"({"outcome":"sent"})")->status == 404);
  const auto bad = post("/bankslip/q/resolve", R"({"outcome":"maybe"})");
  BOOST_TEST(bad->status == 422);
  BOOST_TEST(contains(bad->body, R"("loc":["body","outcome"])"));
  BOOST_TEST(post("/bankslip/q/resolve", "{}")->status == 422);
}

BOOST_AUTO_TEST_CASE(a_pdf_is_made_for_debts_with_a_slip) {
  options.render_pdf = [](const domain::stored_debt& d) -> caf::expected<std::string> {
    return "%PDF of " + d.content.debt_id;
  };
  auto d = stored("p", domain::debt_status::generated);
  d.linha_digitavel = std::string(47, '1');
  keep(d);
  keep(stored("i", domain::debt_status::imported));
  const auto page = client().Get("/bankslip/p/pdf");
  BOOST_TEST(page->status == 200);
  BOOST_TEST(page->get_header_value("Content-Type") == "application/pdf");
  BOOST_TEST(page->body == "%PDF of p");
  BOOST_TEST(client().Get("/bankslip/i/pdf")->status == 409);
  BOOST_TEST(client().Get("/bankslip/none/pdf")->status == 404);
}

BOOST_AUTO_TEST_CASE(errors_inside_become_503_and_keep_their_texts_to_themselves) {
  using domain::errc;
  for (const auto code : {errc::overloaded, errc::database_unavailable, errc::broker_unavailable,
                          errc::shutting_down, errc::transaction_conflict}) {
    w->with([&](world& x) { x.front_error = domain::make_error(code, "secret host"); });
    const auto answer = client().Get("/bankslip/d");
    BOOST_TEST(answer->status == 503);
    BOOST_TEST(answer->has_header("Retry-After"));
    BOOST_TEST(!contains(answer->body, "secret"));
  }
  w->with([&](world& x) { x.front_error = domain::make_error(errc::internal, "secret"); });
  const auto answer = client().Get("/bankslip/d");
  BOOST_TEST(answer->status == 500);
  BOOST_TEST(!contains(answer->body, "secret"));
}

BOOST_AUTO_TEST_CASE(a_finder_that_does_not_answer_becomes_503) {
  options.ask_timeout = std::chrono::seconds{1};
  w->with([](world& x) { x.mute = true; });
  BOOST_TEST(client().Get("/bankslip/d")->status == 503);
  // An answer that comes later is nobody's.
  w->with([](world& x) { x.mute = false; });
  BOOST_TEST(client().Get("/bankslip/d")->status == 404);
}

BOOST_AUTO_TEST_CASE(actors_that_are_gone_become_503) {
  end_actors();
  BOOST_TEST(client().Get("/bankslip/d")->status == 503);
  BOOST_TEST(client().Get("/uploads")->status == 503);
}

BOOST_AUTO_TEST_CASE(each_of_many_at_once_gets_its_own_answer) {
  w->with([](world& x) {
    for (int i = 0; i < 8; ++i)
      x.debts["debt-" + std::to_string(i)].content.debt_id = "debt-" + std::to_string(i);
  });
  port();
  std::vector<std::future<int>> askers;
  for (int i = 0; i < 8; ++i)
    askers.push_back(std::async(std::launch::async, [&, id = "debt-" + std::to_string(i)] {
      auto c = client();
      c.set_keep_alive(true);
      int right = 0;
      for (int n = 0; n < 50; ++n) {
        const auto answer = c.Get("/bankslip/" + id);
        right += answer && contains(answer->body, "\"debt_id\":\"" + id + '"');
      }
      return right;
    }));
  for (auto& right : askers)
    BOOST_TEST(right.get() == 50);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
