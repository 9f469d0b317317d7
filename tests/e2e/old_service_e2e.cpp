#include <boost/test/unit_test.hpp>

#include <map>

#include "tests/e2e/harness/client.hpp"
#include "tests/e2e/harness/mail_service.hpp"
#include "tests/e2e/harness/server_process.hpp"
#include "tests/e2e/harness/stack.hpp"
#include "tests/e2e/harness/wait.hpp"

using namespace bankslip::e2e;

BOOST_AUTO_TEST_SUITE(old_service_e2e)

namespace {

/// The old service's message about debt `<prefix><n>`: its own field order and
/// spaces, an amount in floating point.
std::string old_message(const std::string& prefix, int n) {
  const auto i = std::to_string(n);
  return R"({"debt_id": ")" + prefix + i + R"(", "name": "Jo\u00e3o )" + i
         + R"(", "government_id": "11111111111", "email": "j)" + i
         + R"(@example.com", "debt_amount": )" + i
         + R"(.5, "debt_due_date": "2027-10-12", "bankslip_file": null})";
}

const environment few_calls(const mail_service& mails) {
  return {{"EMAIL_URL", mails.url()}, {"SERVICE_PARALLEL_CALLS", "4"}, {"WORKERS", "2"}};
}

std::int64_t mailed_once(const mail_service& mails) {
  std::int64_t n = 0;
  for (const auto& [id, times] : mails.accepted()) {
    BOOST_TEST(times == 1, id << " got " << times << " mails");
    ++n;
  }
  return n;
}

} // namespace

BOOST_AUTO_TEST_CASE(messages_of_the_old_service_are_settled_and_bad_ones_become_dead_letters) {
  own_stack stack;
  mail_service mails;
  server_process server{stack, few_calls(mails)};
  server.ready();
  const std::string malformed = R"({"debt_id": "old)";
  const std::string invalid = R"({"name":"","government_id":"1","email":"nobody","debt_amount":-1,)"
                              R"("debt_due_date":"2027-10-12","debt_id":"bad"})";
  std::vector<std::string> values;
  for (int n = 1; n <= 300; ++n)
    values.push_back(old_message("old", n));
  values.insert(values.begin() + 100, malformed);
  values.insert(values.begin() + 200, invalid);
  values.push_back(old_message("old", 7));
  values.push_back("");
  stack.produce(0, values);

  wait_until("all settled", [&] { return stack.uncommitted() == 0; });
  wait_until("all mailed",
             [&] { return stack.count("select count(*) from bankslips where propagated") == 300; });
  BOOST_TEST(stack.count("select count(*) from bankslips") == 300);
  BOOST_TEST(mailed_once(mails) == 300);
  const auto dto = get(server.port(), "/bankslip/old7").body;
  BOOST_TEST(member(dto, "name") == "João 7");
  BOOST_TEST(member(dto, "debt_amount") == "7.50");
  BOOST_TEST(member(dto, "debt_due_date") == "2027-10-12");

  std::vector<message> dead;
  wait_until("dead letters", [&] {
    dead = stack.messages(stack.dead_letter_topic());
    return dead.size() >= 3;
  });
  BOOST_TEST(dead.size() == 3U);
  std::map<std::string, message> by_offset;
  for (auto& m : dead)
    by_offset[m.headers.at("origin.offset")] = m;
  BOOST_TEST(by_offset.at("100").value == malformed);
  BOOST_TEST(by_offset.at("200").value == invalid);
  BOOST_TEST(by_offset.at("303").value == "");
  for (const auto& [offset, m] : by_offset) {
    BOOST_TEST(m.headers.at("origin.partition") == "0");
    BOOST_TEST(m.headers.at("error.code") == "unreadable");
    BOOST_TEST(m.headers.at("error.stage") == "decode");
    BOOST_TEST(m.headers.at("attempts") == "1");
    BOOST_TEST(m.headers.count("upload_id") == 0U);
  }
  BOOST_TEST(by_offset.at("100").headers.at("error.text").find("malformed JSON")
             != std::string::npos);
  const auto text = by_offset.at("200").headers.at("error.text");
  for (const auto* field : {"name", "email", "debt_amount"})
    BOOST_TEST(text.find(field) != std::string::npos, field << " not in " << text);
  BOOST_TEST(get(server.port(), "/bankslip/bad").status == 404);
}

BOOST_AUTO_TEST_CASE(
    a_table_of_the_old_service_is_adopted_and_its_mailed_rows_are_never_mailed_again) {
  own_stack stack;
  mail_service mails;
  stack.sql("create table bankslips (name varchar, government_id varchar, email varchar, "
            "debt_amount float, debt_due_date timestamp, debt_id varchar primary key, "
            "bankslip_file varchar, propagated boolean default false, "
            "created_at timestamp default now(), updated_on timestamp);"
            // Mailed; without a slip and with a slip's file name.
            "insert into bankslips select 'João ' || n, '11111111111', 'j' || n || '@example.com', "
            "n + 0.5, '2027-10-12', 'adopt' || n, case when n % 2 = 0 then 'file.pdf' end, true, "
            "'2024-01-02 03:04:05' from generate_series(1, 50) n;"
            // On its way.
            "insert into bankslips select 'João ' || n, '11111111111', 'j' || n || '@example.com', "
            "n + 0.5, '2027-10-12', 'adopt' || n, '', false, '2024-01-02 03:04:05' "
            "from generate_series(51, 60) n");
  const auto first = run_program({"migrate"}, stack.variables());
  BOOST_TEST(first.status == 0, first.output);
  const auto second = run_program({"migrate"}, stack.variables());
  BOOST_TEST(second.status == 0, second.output);
  BOOST_TEST(stack.count("select count(*) from bankslips") == 60);
  BOOST_TEST(stack.value("select debt_amount from bankslips where debt_id = 'adopt7'") == "7.50");
  const auto mailed_rows = "select md5(string_agg(b::text, '|' order by debt_id)) from bankslips b "
                           "where created_at < '2025-01-01' and debt_id in "
                           "(select 'adopt' || n from generate_series(1, 50) n)";
  const auto before = stack.value(mailed_rows);

  server_process server{stack, few_calls(mails)};
  server.ready();
  const auto dto = get(server.port(), "/bankslip/adopt7").body;
  BOOST_TEST(member(dto, "status") == "emailed");
  BOOST_TEST(member(dto, "debt_due_date") == "2027-10-12");
  BOOST_TEST(member(dto, "bankslip_file") == "null");

  std::vector<std::string> values;
  for (int n = 1; n <= 70; ++n)
    values.push_back(old_message("adopt", n));
  stack.produce(0, values);
  wait_until("all settled", [&] { return stack.uncommitted() == 0; });
  wait_until("all mailed",
             [&] { return stack.count("select count(*) from bankslips where propagated") == 70; });
  BOOST_TEST(mailed_once(mails) == 20);
  for (int n = 51; n <= 70; ++n)
    BOOST_TEST(mails.accepted().count("adopt" + std::to_string(n)) == 1U);
  BOOST_TEST(stack.value(mailed_rows) == before);
  BOOST_TEST(stack.count("select count(*) from bankslips where length(bankslip_file) = 47") == 20);
}

BOOST_AUTO_TEST_SUITE_END()
