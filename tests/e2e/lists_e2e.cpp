#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "tests/e2e/harness/client.hpp"
#include "tests/e2e/harness/mail_service.hpp"
#include "tests/e2e/harness/server_process.hpp"
#include "tests/e2e/harness/stack.hpp"
#include "tests/e2e/harness/wait.hpp"

using namespace bankslip::e2e;

BOOST_AUTO_TEST_SUITE(lists_e2e)

namespace {

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++n;
  return n;
}

} // namespace

BOOST_AUTO_TEST_CASE(failed_debts_are_listed_begun_anew_and_dead_lettered_again) {
  own_stack stack;
  mail_service mails;
  for (int i : {3, 70, 99})
    mails.refuse("m" + std::to_string(i) + "@example.com", "no such box");
  server_process server{stack, {{"EMAIL_URL", mails.url()}}};
  server.ready();
  const auto id = member(upload(server.port(), csv_file("l", 0, 100)).body, "upload_id");
  finished_upload(server.port(), id);
  // A process that only serves requests knows it all too.
  server_process api{stack, {{"BANKSLIP_ROLE", "api"}}};
  api.ready();
  const auto failed = "/bankslips?status=failed&upload_id=" + id;
  const auto list = get(api.port(), failed + "&limit=2");
  BOOST_TEST(list.status == 200);
  BOOST_TEST(occurrences(list.body, "\"debt_id\":") == 2u);
  const auto rest = get(api.port(), failed + "&limit=2&after=" + member(list.body, "next"));
  BOOST_TEST(rest.body.find("\"debt_id\":\"l99\"") != std::string::npos);
  BOOST_TEST(member(rest.body, "next") == "null");
  BOOST_TEST(occurrences(get(api.port(), "/bankslips?email=m70@example.com").body, "\"l70\"")
             == 1u);
  BOOST_TEST(occurrences(get(api.port(), "/bankslips?limit=500").body, "\"debt_id\":") == 100u);

  const auto results = get(api.port(), "/uploads/" + id + "/results.csv").body;
  BOOST_TEST(results.starts_with("debt_id,status,bankslip_file,created_at,updated_on,failure,row"
                                 "\r\nl0,emailed,"));
  BOOST_TEST(occurrences(results, "\r\n") == 101u);
  BOOST_TEST(occurrences(results, ",failed,") == 3u);

  BOOST_TEST(post(api.port(), "/uploads/" + id + "/retry", "", "k").body == R"({"retried":3})");
  // The same call again is not a second one.
  BOOST_TEST(post(api.port(), "/uploads/" + id + "/retry", "", "k").body == R"({"retried":3})");
  wait_until("six dead letters", [&] {
    return occurrences(get(api.port(), "/dead-letters").body, "\"offset\":") == 2u * 6u;
  });
  const auto done = finished_upload(server.port(), id);
  BOOST_TEST(member(done, "emailed") == "97");
  BOOST_TEST(member(done, "failed") == "3");
  BOOST_TEST(stack.count("select count(*) from bankslips where attempt = 2") == 3);
  const auto letters = get(api.port(), "/dead-letters?limit=4").body;
  BOOST_TEST(letters.find("\"debt_id\":\"l") != std::string::npos);
  BOOST_TEST(letters.find("no such box") != std::string::npos);
  const auto older = get(api.port(), "/dead-letters?limit=4&after=" + member(letters, "next"));
  BOOST_TEST(occurrences(older.body, "\"topic\":") == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
