#include <boost/test/unit_test.hpp>

#include <array>
#include <thread>

#include "tests/e2e/harness/client.hpp"
#include "tests/e2e/harness/server_process.hpp"
#include "tests/e2e/harness/stack.hpp"
#include "tests/e2e/harness/wait.hpp"

using namespace bankslip::e2e;

BOOST_AUTO_TEST_SUITE(idempotency_e2e)

namespace {

bool replayed(const answer& a) {
  const auto found = a.headers.find("Idempotency-Replayed");
  return found != a.headers.end() && found->second == "true";
}

} // namespace

BOOST_AUTO_TEST_CASE(two_processes_answer_a_key_once) {
  own_stack stack;
  server_process one{stack};
  one.ready();
  server_process two{stack, {{"BANKSLIP_ROLE", "api"}}};
  two.ready();
  std::array<answer, 12> answers;
  std::vector<std::thread> clients;
  for (std::size_t i = 0; i < answers.size(); ++i)
    clients.emplace_back([&, i] {
      // Each has another debt: only one of them may come to be.
      answers[i] = post((i % 2 == 0 ? one : two).port(), "/bankslip",
                        debt_json("k", static_cast<std::int64_t>(i)), "one key");
    });
  for (auto& client : clients)
    client.join();
  int created = 0;
  for (const auto& a : answers) {
    created += a.status == 201 ? 1 : 0;
    BOOST_TEST((a.status == 201 || a.status == 409 || a.status == 422), a.status << a.body);
    if (a.status == 409)
      BOOST_TEST(a.headers.count("Retry-After") == 1u);
  }
  BOOST_TEST(created == 1);
  BOOST_TEST(stack.count("select count(*) from bankslips") == 1);
}

BOOST_AUTO_TEST_CASE(an_upload_sent_again_with_its_key_publishes_nothing) {
  own_stack stack;
  server_process one{stack};
  one.ready();
  const auto file = csv_file("again", 0, 3'000);
  const auto first = upload(one.port(), file, "file", "k1");
  BOOST_TEST(first.status == 201);
  finished_upload(one.port(), member(first.body, "upload_id"));
  const auto published = stack.messages(stack.topic()).size();
  BOOST_TEST(published == 3'000u);
  one.kill();

  server_process two{stack};
  two.ready();
  const auto again = upload(two.port(), file, "file", "k1");
  BOOST_TEST(again.status == 201);
  BOOST_TEST(again.body == first.body);
  BOOST_TEST(replayed(again));
  BOOST_TEST(upload(two.port(), csv_file("again", 0, 2'999), "file", "k1").status == 422);
  BOOST_TEST(stack.messages(stack.topic()).size() == published);
  BOOST_TEST(stack.count("select count(*) from uploads") == 1);
  // Without its key the file is uploaded anew.
  const auto anew = upload(two.port(), file);
  BOOST_TEST(member(finished_upload(two.port(), member(anew.body, "upload_id")), "duplicates")
             == "3000");
}

BOOST_AUTO_TEST_CASE(a_key_of_a_killed_process_is_free_when_its_lease_is_over) {
  own_stack stack;
  server_process one{stack};
  one.ready();
  const auto file = csv_file("killed", 0, 20'000);
  open_upload sender{one.port(), file.size(), "k"};
  sender.send(std::string_view{file}.substr(0, file.size() / 2));
  wait_until("key taken",
             [&] { return stack.count("select count(*) from idempotency_keys") == 1; });
  server_process two{stack};
  two.ready();
  const auto meanwhile = upload(two.port(), file, "file", "k");
  BOOST_TEST(meanwhile.status == 409);
  BOOST_TEST(meanwhile.headers.count("Retry-After") == 1u);
  one.kill();
  BOOST_TEST(upload(two.port(), file, "file", "k").status == 409);
  stack.sql("update idempotency_keys set lease_until = now() - interval '1 second'");
  const auto later = upload(two.port(), file, "file", "k");
  BOOST_TEST(later.status == 201);
  BOOST_TEST(!replayed(later));
  const auto done = finished_upload(two.port(), member(later.body, "upload_id"));
  BOOST_TEST(number(done, "emailed") + number(done, "duplicates") == 20'000);
  BOOST_TEST(stack.count("select count(*) from bankslips where propagated") == 20'000);
}

BOOST_AUTO_TEST_CASE(kept_answers_are_removed_after_a_day) {
  own_stack stack;
  server_process server{stack};
  server.ready();
  post(server.port(), "/bankslip", debt_json("old", 1), "old");
  post(server.port(), "/bankslip", debt_json("new", 1), "new");
  BOOST_TEST(stack.count("select count(*) from idempotency_keys where status = 201 and "
                         "expires_at between now() + interval '23 hours' "
                         "and now() + interval '24 hours'")
             == 2);
  stack.sql("update idempotency_keys set expires_at = now() where key = 'old'");
  wait_until("kept answer removed",
             [&] { return stack.count("select count(*) from idempotency_keys") == 1; });
  BOOST_TEST(!replayed(post(server.port(), "/bankslip", debt_json("old", 2), "old")));
  BOOST_TEST(replayed(post(server.port(), "/bankslip", debt_json("new", 1), "new")));
}

BOOST_AUTO_TEST_SUITE_END()
