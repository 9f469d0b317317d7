#include <boost/test/unit_test.hpp>

#include "tests/e2e/harness/client.hpp"
#include "tests/e2e/harness/mock_mail.hpp"
#include "tests/e2e/harness/server_process.hpp"
#include "tests/e2e/harness/stack.hpp"
#include "tests/e2e/harness/wait.hpp"

using namespace bankslip::e2e;

BOOST_AUTO_TEST_SUITE(workers_e2e)

namespace {

constexpr std::int64_t many = 18'000;

/// Number of partitions that the process's CONSUMER has.
std::size_t partitions(const server_process& worker) {
  const auto text = get(worker.admin_port(), "/metrics").body;
  const std::string line = "\nbankslip_consumer_lag{";
  std::size_t n = 0;
  for (auto at = text.find(line); at != std::string::npos; at = text.find(line, at + 1))
    ++n;
  return n;
}

} // namespace

BOOST_AUTO_TEST_CASE(two_workers_share_the_partitions_and_one_takes_over_from_the_other) {
  own_stack stack;
  mock_mail mails;
  const environment role = {{"BANKSLIP_ROLE", "worker"},
                            {"EMAIL_URL", mails.url()},
                            // A batch at a time and few calls: the file lasts
                            // for seconds, most of it waits when one stops.
                            {"WORKERS", "1"},
                            {"SERVICE_PARALLEL_CALLS", "16"}};
  server_process api{stack, {{"BANKSLIP_ROLE", "api"}}};
  api.ready();
  server_process first{stack, role};
  server_process second{stack, role};
  wait_until("each has half", [&] { return partitions(first) == 3 && partitions(second) == 3; });

  const auto taken = upload(api.port(), csv_file("share", 0, many));
  BOOST_REQUIRE(taken.status == 201);
  wait_until("both settle",
             [&] { return first.rows("emailed") > 1'000 && second.rows("emailed") > 1'000; });
  BOOST_TEST(first.stop() == 0);
  const auto at_stop = mails.ledger("effective");
  BOOST_TEST(at_stop < many);

  const auto done = finished_upload(api.port(), member(taken.body, "upload_id"));
  BOOST_TEST(partitions(second) == 6U);
  BOOST_TEST(number(done, "emailed") == many);
  BOOST_TEST(number(done, "generated") == many);
  BOOST_TEST(number(done, "duplicates") == 0);
  BOOST_TEST(stack.count("select count(*) from bankslips where propagated") == many);
  BOOST_TEST(mails.ledger("effective") == many);
  BOOST_TEST(mails.ledger("repeated_debts") == 0);
  wait_until("offsets committed", [&] { return stack.uncommitted() == 0; });
  BOOST_TEST(stack.count("select count(*) from intents where not superseded") == 0);
  BOOST_TEST(api.rows("emailed") == 0);
}

BOOST_AUTO_TEST_CASE(a_worker_serves_no_api_and_an_api_settles_nothing) {
  own_stack stack;
  server_process worker{stack, {{"BANKSLIP_ROLE", "worker"}, {"KAFKA_GROUP_ID", "e2e.elsewhere"}}};
  worker.ready();
  BOOST_TEST(get(worker.admin_port(), "/uploads").status == 404);
  BOOST_TEST(get(worker.admin_port(), "/healthz").status == 200);
  server_process api{stack, {{"BANKSLIP_ROLE", "api"}}};
  api.ready();
  BOOST_TEST(get(api.port(), "/healthz").status == 200);
  const auto actors = get(api.port(), "/actors").body;
  BOOST_TEST(actors.find(R"("kind":"front")") != std::string::npos);
  BOOST_TEST(actors.find(R"("kind":"consumer")") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
