#include <boost/test/unit_test.hpp>

#include "tests/e2e/harness/client.hpp"
#include "tests/e2e/harness/server_process.hpp"
#include "tests/e2e/harness/stack.hpp"
#include "tests/e2e/harness/wait.hpp"

using namespace bankslip::e2e;

BOOST_AUTO_TEST_SUITE(upload_e2e)

namespace {

const std::string mixed_file = "name,governmentId,email,debtAmount,debtDueDate,debtId\n"
                               "Ana,00000000191,ana@example.com,10.50,2027-01-02,up-1\n"
                               "Ana,00000000191,ana@example.com,10.50,2027-01-02,up-1\n"
                               "Bia,2,bia,x,2027-01-02,up-2\n"
                               "Ana,00000000191,ana@example.com,11,2027-01-02,up-1\n"
                               "Caio,3,caio@example.com,100,2027-02-30,up-3\n"
                               "\"Dora, \"\"D\"\"\",4,dora@example.com,7,2027-02-03,up-4\n"
                               "x,y\n";

std::string counters(const std::string& upload) {
  std::string out;
  for (const auto* name : {"state", "rows", "accepted", "rejected", "generated", "emailed",
                           "duplicates", "conflicts", "failed", "in_doubt"})
    out += std::string{name} + "=" + member(upload, name) + " ";
  return out;
}

/// What no upload may change: every row with all its columns.
std::string digest(own_stack& stack) {
  return stack.value("select md5(string_agg(b::text, '|' order by debt_id)) from bankslips b");
}

struct server_fixture {
  own_stack stack;
  server_process server{stack};

  server_fixture() { server.ready(); }
  int port() const { return server.port(); }
  std::int64_t published() {
    return static_cast<std::int64_t>(stack.messages(stack.topic()).size());
  }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(each_row_of_a_file_gets_what_it_deserves_and_a_second_time_nothing,
                        server_fixture) {
  const auto first = upload(port(), mixed_file);
  BOOST_TEST(first.status == 201);
  const auto id = member(first.body, "upload_id");
  BOOST_TEST(
      first.body
      == R"({"message":"Batch processed","upload_id":")" + id
             + R"(","accepted":4,"rejected":3,"failed_rows":[)"
               R"({"row":2,"error":"e-mail must be an e-mail address like name@example.com",)"
               R"("field":"email","code":"email_syntax"},)"
               R"({"row":4,"error":"due date must be a day of the calendar, written YYYY-MM-DD",)"
               R"("field":"debtDueDate","code":"date_format"},)"
               R"({"row":6,"error":"the row has 2 fields, the header line 6",)"
               R"("field":null,"code":"field_count"}],"failed_rows_truncated":false})");

  const auto done = finished_upload(port(), id);
  BOOST_TEST(counters(done)
             == "state=done rows=7 accepted=4 rejected=3 generated=2 emailed=2 duplicates=1 "
                "conflicts=1 failed=0 in_doubt=0 ");
  BOOST_TEST(number(done, "bytes") == static_cast<std::int64_t>(mixed_file.size()));
  BOOST_TEST(server.metric("bankslip_upload_bytes_total") == mixed_file.size());

  const auto errors = get(port(), "/uploads/" + id + "/errors.csv");
  BOOST_TEST(errors.body
             == "row,debt_id,field,code,error\r\n"
                "2,up-2,email,email_syntax,e-mail must be an e-mail address like "
                "name@example.com\r\n"
                "3,up-1,debt_id,conflict,stored with other debt_amount; the stored debt stands\r\n"
                "4,up-3,debtDueDate,date_format,\"due date must be a day of the calendar, "
                "written YYYY-MM-DD\"\r\n"
                "6,,,field_count,\"the row has 2 fields, the header line 6\"\r\n");

  const auto dto = get(port(), "/bankslip/up-1").body;
  const auto line = member(dto, "bankslip_file");
  BOOST_TEST(line.size() == 47U);
  const auto start = std::string{R"({"name":"Ana","government_id":"00000000191",)"}
                     + R"("email":"ana@example.com","debt_amount":10.50,)"
                     + R"("debt_due_date":"2027-01-02","debt_id":"up-1","bankslip_file":")" + line
                     + R"(","propagated":true,"status":"emailed","failure":null,"created_at":")"
                     + member(dto, "created_at") + R"(","updated_on":")" + member(dto, "updated_on")
                     + "\"";
  BOOST_TEST(dto.substr(0, start.size()) == start);
  const auto whole = get(port(), "/bankslip/up-4").body;
  BOOST_TEST(member(whole, "name") == "Dora, \"D\"");
  BOOST_TEST(whole.find("\"debt_amount\":7,") != std::string::npos);
  for (const auto* absent : {"/bankslip/up-2", "/bankslip/up-3"}) {
    const auto missing = get(port(), absent);
    BOOST_TEST(missing.status == 404);
    BOOST_TEST(missing.body == R"({"detail":"Bankslip not found"})");
  }

  const auto before = digest(stack);
  const auto again = upload(port(), mixed_file);
  BOOST_TEST(again.status == 201);
  const auto repeated = finished_upload(port(), member(again.body, "upload_id"));
  BOOST_TEST(counters(repeated)
             == "state=done rows=7 accepted=4 rejected=3 generated=0 emailed=0 duplicates=3 "
                "conflicts=1 failed=0 in_doubt=0 ");
  BOOST_TEST(digest(stack) == before);
  BOOST_TEST(server.rows("emailed") == 2);
  BOOST_TEST(server.metric(R"(bankslip_service_calls_total{outcome="accepted",service="email"})")
             == 2);
  BOOST_TEST(counters(get(port(), "/uploads/" + id).body) == counters(done));
}

BOOST_FIXTURE_TEST_CASE(a_file_without_the_right_header_or_field_is_refused_and_not_published,
                        server_fixture) {
  const auto wrong = upload(port(), "name,email,debtAmount,debtDueDate\nAna,a@b.co,1,2027-01-02\n");
  BOOST_TEST(wrong.status == 422);
  BOOST_TEST(wrong.body.find("governmentId") != std::string::npos);
  BOOST_TEST(wrong.body.find("debtId") != std::string::npos);
  BOOST_TEST(wrong.body.find(R"("loc":["body","file"])") != std::string::npos);

  const auto empty = upload(port(), "");
  BOOST_TEST(empty.status == 422);
  BOOST_TEST(empty.body.find("empty") != std::string::npos);

  const auto no_field = upload(port(), csv_file("n", 0, 1), "document");
  BOOST_TEST(no_field.status == 422);
  BOOST_TEST(no_field.body.find(R"("loc":["body","file"])") != std::string::npos);
  BOOST_TEST(post(port(), "/bankslip/batch", "{}").status == 422);

  const auto header_only = upload(port(), std::string{csv_header});
  BOOST_TEST(header_only.status == 201);
  const auto id = member(header_only.body, "upload_id");
  BOOST_TEST(header_only.body
             == R"({"message":"Batch processed","upload_id":")" + id
                    + R"(","accepted":0,"rejected":0,"failed_rows":[],)"
                      R"("failed_rows_truncated":false})");
  BOOST_TEST(member(finished_upload(port(), id), "rows") == "0");
  BOOST_TEST(published() == 0);
  BOOST_TEST(stack.count("select count(*) from bankslips") == 0);
}

BOOST_AUTO_TEST_CASE(a_file_over_the_limit_is_refused) {
  own_stack stack;
  server_process server{stack, {{"UPLOAD_MAX_BYTES", "20000"}}};
  server.ready();
  const auto large = upload(server.port(), csv_file("l", 0, 1000));
  BOOST_TEST(large.status == 413);
  BOOST_TEST(!member(large.body, "detail").empty());
  const auto small = upload(server.port(), csv_file("s", 0, 10));
  BOOST_TEST(small.status == 201);
  BOOST_TEST(member(finished_upload(server.port(), member(small.body, "upload_id")), "emailed")
             == "10");
}

BOOST_FIXTURE_TEST_CASE(other_forms_of_the_file_mean_the_same, server_fixture) {
  const auto semicolons =
      upload(port(), "\xEF\xBB\xBF"
                     "debtId;debtDueDate;debtAmount;email;governmentId;name;x\r\n"
                     "sc-1;2027-05-06;1234,56;joao@example.com;123;João;?\r\n"
                     "\r\n"
                     "sc-2;2027-05-06;\"0,01\";joao@example.com;123;João;?");
  BOOST_TEST(semicolons.status == 201);
  BOOST_TEST(number(semicolons.body, "accepted") == 2);
  BOOST_TEST(number(semicolons.body, "rejected") == 0);
  finished_upload(port(), member(semicolons.body, "upload_id"));
  const auto one = get(port(), "/bankslip/sc-1").body;
  BOOST_TEST(member(one, "debt_amount") == "1234.56");
  BOOST_TEST(member(one, "name") == "João");
  BOOST_TEST(member(one, "government_id") == "123");
  BOOST_TEST(member(get(port(), "/bankslip/sc-2").body, "debt_amount") == "0.01");

  const auto commas = upload(port(), "name,governmentId,email,debtAmount,debtDueDate,debtId\r\n"
                                     "João,123,joao@example.com,1234.56,2027-05-06,sc-1\r\n");
  const auto same = finished_upload(port(), member(commas.body, "upload_id"));
  BOOST_TEST(member(same, "duplicates") == "1");
  BOOST_TEST(member(same, "conflicts") == "0");
}

BOOST_FIXTURE_TEST_CASE(a_message_has_the_agreed_form, server_fixture) {
  const auto taken = upload(port(), csv_file("form", 0, 1));
  const auto id = member(taken.body, "upload_id");
  finished_upload(port(), id);
  const auto all = stack.messages(stack.topic());
  BOOST_REQUIRE(all.size() == 1U);
  BOOST_TEST(all[0].key == "form0");
  BOOST_TEST(all[0].value == debt_json("form", 0));
  BOOST_TEST(all[0].headers.at("upload_id") == id);
  BOOST_TEST(all[0].headers.at("row") == "0");
}

BOOST_AUTO_TEST_SUITE_END()
