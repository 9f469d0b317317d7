#include <boost/test/unit_test.hpp>

#include <string>

#include "tests/http/api/api_fixture.hpp"

using namespace bankslip;
using namespace bankslip::http::fakes;

BOOST_AUTO_TEST_SUITE(uploads_api_test)

BOOST_FIXTURE_TEST_SUITE(uploads_api, api_fixture)

BOOST_AUTO_TEST_CASE(an_upload_shows_its_counters) {
  domain::upload_record u;
  u.upload_id = 17;
  u.state = domain::upload_state::done;
  u.bytes = 1000;
  u.accepted = 90;
  u.rejected = 10;
  u.emailed = 88;
  u.in_doubt = 2;
  u.done_at = domain::utc_time{};
  w->with([&](world& x) { x.uploads = {u}; });
  const auto answer = client().Get("/uploads/17");
  BOOST_TEST(answer->status == 200);
  BOOST_TEST(
      answer->body
      == R"({"upload_id":"17","state":"done","bytes":1000,"rows":100,"accepted":90,)"
         R"("rejected":10,"generated":0,"emailed":88,"duplicates":0,"conflicts":0,)"
         R"("failed":0,"in_doubt":2,"held":0,"mail":"on","created_at":"1970-01-01T00:00:00.000000Z",)"
         R"("received_at":null,"generated_at":null,"done_at":"1970-01-01T00:00:00.000000Z",)"
         R"("mail_waiting":null,"mail_oldest_at":null,"mail_eta":null,"mail_rate":null,)"
         R"("mail_limit":null,"failure_code":null,"failure":null})");
  BOOST_TEST(client().Get("/uploads")->body == "[" + answer->body + "]");
}

BOOST_AUTO_TEST_CASE(emails_that_go_out_at_once_cannot_be_stopped) {
  const auto answer =
      client().Post("/uploads/17/mail", R"({"action":"pause"})", "application/json");
  BOOST_TEST(answer->status == 409);
  BOOST_TEST(!w->with([](world& x) { return x.stopped.has_value(); }));
}

BOOST_AUTO_TEST_CASE(paced_emails_of_an_upload_are_stopped) {
  options.mails_are_paced = true;
  domain::upload_record u;
  u.upload_id = 17;
  u.held = 3;
  u.mail = domain::mail_stop::cancelled;
  w->with([&](world& x) { x.uploads = {u}; });
  const auto tell = [this](const std::string& path, const std::string& body) {
    return client().Post(path, body, "application/json");
  };
  const auto answer = tell("/uploads/17/mail", R"({"action":"cancel"})");
  BOOST_TEST(answer->status == 200);
  BOOST_TEST(answer->body.find(R"("held":3,"mail":"cancelled")") != std::string::npos);
  const auto asked = w->with([](world& x) { return *x.stopped; });
  BOOST_TEST(asked.upload_id == 17);
  BOOST_TEST(asked.action == domain::mail_action::cancel);
  BOOST_TEST(tell("/uploads/18/mail", R"({"action":"pause"})")->status == 404);
  BOOST_TEST(tell("/uploads/17/mail", R"({"action":"stop"})")->status == 422);
  BOOST_TEST(tell("/uploads/17/mail", "{}")->status == 422);
}

BOOST_AUTO_TEST_CASE(an_api_process_asks_the_workers_whether_emails_are_paced) {
  options.mails_are_paced.reset();
  domain::upload_record u;
  u.upload_id = 17;
  u.outlook.emplace();
  const auto status = [&](bool paced) {
    u.outlook->paced = paced;
    w->with([&](world& x) { x.uploads = {u}; });
    return client().Post("/uploads/17/mail", R"({"action":"pause"})", "application/json")->status;
  };
  BOOST_TEST(status(false) == 409);
  BOOST_TEST(status(true) == 200);
  BOOST_TEST(client().Post("/uploads/18/mail", R"({"action":"pause"})", "application/json")->status
             == 404);
}

BOOST_AUTO_TEST_CASE(an_upload_tells_when_its_emails_will_be_out) {
  domain::upload_record u;
  u.upload_id = 17;
  u.outlook = {1200, domain::utc_time{}, domain::utc_time{std::chrono::minutes{1}},
               domain::mail_speed{19.96, 20, "setting", {}, ""}, true};
  w->with([&](world& x) { x.uploads = {u}; });
  const auto body = client().Get("/uploads/17")->body;
  BOOST_TEST(contains(body, R"("mail_waiting":1200,"mail_oldest_at":"1970-01-01T00:00:00.000000Z",)"
                            R"("mail_eta":"1970-01-01T00:01:00.000000Z","mail_rate":20.0,)"
                            R"("mail_limit":"setting",)"));
}

BOOST_AUTO_TEST_CASE(an_unknown_upload_is_404) {
  BOOST_TEST(client().Get("/uploads/18")->body == R"({"detail":"Upload not found"})");
  BOOST_TEST(client().Get("/uploads/abc")->status == 404);
  BOOST_TEST(client().Get("/uploads/99999999999999999999")->status == 404);
  BOOST_TEST(client().Get("/uploads/abc/errors.csv")->status == 404);
}

BOOST_AUTO_TEST_CASE(a_list_is_limited_and_paged) {
  BOOST_TEST(client().Get("/uploads")->body == "[]");
  BOOST_TEST(w->listed->limit == 50);
  BOOST_TEST(client().Get("/uploads?limit=500&after=9")->status == 200);
  BOOST_TEST(w->listed->limit == 500);
  BOOST_TEST(w->listed->after == 9);
  for (const auto* query : {"limit=0", "limit=501", "limit=x", "limit=", "after=-1", "limit=1.5"}) {
    const auto answer = client().Get(std::string{"/uploads?"} + query);
    BOOST_TEST(answer->status == 422);
    BOOST_TEST(contains(answer->body, R"("loc":["query",)"));
  }
}

BOOST_AUTO_TEST_CASE(problems_are_sent_page_by_page_and_quoted) {
  w->with([](world& x) {
    for (int i = 0; i < 2500; ++i)
      x.problems.push_back({i, "d" + std::to_string(i), "debtAmount", "amount_format", "bad"});
    x.problems.push_back({2500, "a,\"b\"", "name", "name_length", "line\r\nend \xff"});
  });
  const auto answer = client().Get("/uploads/17/errors.csv");
  BOOST_REQUIRE(answer);
  BOOST_TEST(answer->status == 200);
  BOOST_TEST(contains(answer->get_header_value("Content-Type"), "text/csv"));
  BOOST_TEST(answer->body.starts_with("row,debt_id,field,code,error\r\n"
                                      "0,d0,debtAmount,amount_format,bad\r\n"));
  BOOST_TEST(answer->body.ends_with("2499,d2499,debtAmount,amount_format,bad\r\n"
                                    "2500,\"a,\"\"b\"\"\",name,name_length,"
                                    "\"line\r\nend \xef\xbf\xbd\"\r\n"));
}

BOOST_AUTO_TEST_CASE(problems_are_sent_unframed_to_http_1_0) {
  w->with([](world& x) { x.problems.push_back({0, "d0", "debtAmount", "amount_format", "bad"}); });
  const auto answer = exchange("GET /uploads/17/errors.csv HTTP/1.0\r\nHost: x\r\n"
                               "Connection: keep-alive\r\n\r\n");
  BOOST_TEST(!contains(answer, "Transfer-Encoding"));
  BOOST_TEST(contains(answer, "Connection: close"));
  BOOST_TEST(answer.ends_with("\r\n\r\nrow,debt_id,field,code,error\r\n"
                              "0,d0,debtAmount,amount_format,bad\r\n"));
}

BOOST_AUTO_TEST_CASE(no_cell_of_errors_csv_runs_a_formula) {
  const std::pair<std::string, std::string> cells[] = {
      {"=1+1", "'=1+1"},
      {"+1", "'+1"},
      {"-1", "'-1"},
      {"@SUM(A1)", "'@SUM(A1)"},
      {"\t=1", "'\t'=1"},
      {"\r=1", "\"'\r'=1\""},
      {"=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"},
      {"=\"a\"", "\"'=\"\"a\"\"\""},
      {"a;=1", "a;'=1"},
      {"a,-1", "\"a,'-1\""},
      {"a\n@b", "\"a\n'@b\""},
      {"a=b-c", "a=b-c"},
      {"a@b", "a@b"},
      {"'=1", "'=1"},
  };
  w->with([&](world& x) {
    for (const auto& [text, shown] : cells)
      x.problems.push_back(
          {static_cast<std::int64_t>(x.problems.size()), text, "name", "code", text});
  });
  std::string wanted{"row,debt_id,field,code,error\r\n"};
  int row = 0;
  for (const auto& [text, shown] : cells)
    wanted += std::to_string(row++) + ',' + shown + ",name,code," + shown + "\r\n";
  BOOST_TEST(client().Get("/uploads/17/errors.csv")->body == wanted);
}

BOOST_AUTO_TEST_CASE(rejected_rows_come_back_as_they_were_with_their_error) {
  w->with([](world& x) {
    domain::upload_record u;
    u.upload_id = 17;
    u.state = domain::upload_state::processing;
    u.form.header = "debtId;name;extra;governmentId;email;debtAmount;debtDueDate";
    u.form.separator = ';';
    x.uploads = {u};
    x.problems = {{3, "d3", "debtAmount", "amount_format", "amount must be \"decimal\"",
                   "d3;\"Ana; Maria\";=1;1;a@b.co;x;2030-01-01"},
                  {4, "d4", "", "conflict", "another debt", ""},
                  {5, "d5", "", "columns", "too few", "d5;\xff"}};
    for (int i = 6; i < 3006; ++i)
      x.problems.push_back({i, "c", "", "conflict", "another debt", ""});
    x.problems.push_back({3006, "d6", "", "columns", "=1", "d6"});
  });
  const auto answer = client().Get("/uploads/17/rejected.csv");
  BOOST_TEST(answer->status == 200);
  BOOST_TEST(contains(answer->get_header_value("Content-Type"), "text/csv"));
  BOOST_TEST(answer->body
             == "debtId;name;extra;governmentId;email;debtAmount;debtDueDate;error\r\n"
                "d3;\"Ana; Maria\";=1;1;a@b.co;x;2030-01-01;\"amount must be \"\"decimal\"\"\"\r\n"
                "d5;\xff;too few\r\n"
                "d6;'=1\r\n");
}

BOOST_AUTO_TEST_CASE(rejected_rows_that_nobody_kept_are_409) {
  domain::upload_record u;
  u.upload_id = 17;
  u.state = domain::upload_state::receiving;
  u.form.header = "debtId";
  w->with([&](world& x) { x.uploads = {u}; });
  BOOST_TEST(contains(client().Get("/uploads/17/rejected.csv")->body, "still coming in"));
  u.state = domain::upload_state::done;
  u.form.header.clear();
  w->with([&](world& x) { x.uploads = {u}; });
  const auto answer = client().Get("/uploads/17/rejected.csv");
  BOOST_TEST(answer->status == 409);
  BOOST_TEST(contains(answer->body, "were not kept"));
  BOOST_TEST(client().Get("/uploads/18/rejected.csv")->status == 404);
  BOOST_TEST(client().Get("/uploads/x/rejected.csv")->status == 404);
}

BOOST_AUTO_TEST_CASE(errors_of_problems_are_answered) {
  w->with([](world& x) { x.front_error = missing(); });
  BOOST_TEST(client().Get("/uploads/17/errors.csv")->status == 404);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
