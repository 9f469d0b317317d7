#include <boost/test/unit_test.hpp>

#include <librdkafka/rdkafka.h>

#include "kafka/impl/handles.hpp"
#include "tests/e2e/harness/client.hpp"
#include "tests/e2e/harness/server_process.hpp"
#include "tests/e2e/harness/stack.hpp"
#include "tests/e2e/harness/wait.hpp"

using namespace bankslip::e2e;
namespace impl = bankslip::kafka::impl;

BOOST_AUTO_TEST_SUITE(offsets_e2e)

namespace {

impl::client_ptr producer(const own_stack& stack, const char* transactional_id) {
  char reason[256];
  auto* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "bootstrap.servers",
                    stack.variables().at("KAFKA_BOOTSTRAP_SERVERS").c_str(), nullptr, 0);
  if (transactional_id != nullptr)
    rd_kafka_conf_set(conf, "transactional.id", transactional_id, nullptr, 0);
  impl::client_ptr made{rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason)};
  BOOST_REQUIRE_MESSAGE(made, reason);
  return made;
}

void demand(rd_kafka_error_t* error) {
  impl::error_ptr owned{error};
  BOOST_REQUIRE_MESSAGE(!owned, rd_kafka_error_string(owned.get()));
}

/// One message on partition 0 in a committed transaction: it takes two offsets.
void produce_in_a_transaction(const own_stack& stack, std::string value) {
  auto client = producer(stack, stack.topic().c_str());
  demand(rd_kafka_init_transactions(client.get(), 20'000));
  demand(rd_kafka_begin_transaction(client.get()));
  BOOST_REQUIRE(rd_kafka_producev(client.get(), RD_KAFKA_V_TOPIC(stack.topic().c_str()),
                                  RD_KAFKA_V_PARTITION(0),
                                  RD_KAFKA_V_VALUE(value.data(), value.size()),
                                  RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END)
                == RD_KAFKA_RESP_ERR_NO_ERROR);
  demand(rd_kafka_commit_transaction(client.get(), 20'000));
}

/// As retention does.
void delete_below(const own_stack& stack, std::int64_t offset) {
  auto client = producer(stack, nullptr);
  impl::queue_ptr queue{rd_kafka_queue_new(client.get())};
  impl::partitions_ptr below{rd_kafka_topic_partition_list_new(1)};
  rd_kafka_topic_partition_list_add(below.get(), stack.topic().c_str(), 0)->offset = offset;
  auto* request = rd_kafka_DeleteRecords_new(below.get());
  rd_kafka_DeleteRecords(client.get(), &request, 1, nullptr, queue.get());
  impl::event_ptr done{rd_kafka_queue_poll(queue.get(), 20'000)};
  rd_kafka_DeleteRecords_destroy(request);
  BOOST_REQUIRE((done && rd_kafka_event_error(done.get()) == RD_KAFKA_RESP_ERR_NO_ERROR));
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

// One good debt in a committed transaction, settled, and the log deleted up to its
// end: nothing is unsettled, so nothing is wrong.
BOOST_AUTO_TEST_CASE(a_settled_log_may_be_deleted_up_to_its_end_while_the_server_is_away) {
  own_stack stack;
  {
    server_process server{stack};
    server.ready();
    produce_in_a_transaction(stack, debt_json("gap", 1));
    wait_until("settled", [&] { return stack.uncommitted() == 0; });
    BOOST_TEST(stack.count("select count(*) from bankslips where propagated") == 1);
    wait_until("no lag",
               [&] { return server.metric("bankslip_consumer_lag{partition=\"0\"}") == 0; });
    BOOST_TEST(server.stop() == 0);
  }
  delete_below(stack, 2);
  server_process server{stack};
  server.ready();
  BOOST_TEST(server.metric("bankslip_consumer_lag{partition=\"0\"}") == 0);
  BOOST_TEST(server.metric("bankslip_records_lost{partition=\"0\"}") == 0);
  produce_in_a_transaction(stack, debt_json("gap", 2));
  wait_until("the next one settled", [&] { return stack.uncommitted() == 0; });
  BOOST_TEST(stack.count("select count(*) from bankslips where propagated") == 2);
  BOOST_TEST(get(server.admin_port(), "/readyz").status == 200);
  BOOST_TEST(server.stop() == 0);
}

BOOST_AUTO_TEST_CASE(lost_records_stop_their_partition_until_a_person_sets_its_offset) {
  own_stack stack;
  {
    server_process server{stack};
    server.ready();
    stack.produce(0, {debt_json("lost", 0)});
    wait_until("settled", [&] { return stack.uncommitted() == 0; });
    BOOST_TEST(server.stop() == 0);
  }
  std::vector<std::string> more;
  for (int n = 1; n <= 9; ++n)
    more.push_back(debt_json("lost", n));
  stack.produce(0, more);
  delete_below(stack, 8);
  {
    server_process server{stack};
    answer ready;
    wait_until("it says so", [&] {
      ready = get(server.admin_port(), "/readyz");
      return ready.status == 503 && has(ready.body, "are gone");
    });
    for (const auto& part : {stack.topic() + ", partition 0", std::string{"committed offset 1"},
                             std::string{"the log holds 8 to 10"}})
      BOOST_TEST(has(ready.body, part), ready.body);
    BOOST_TEST(server.metric("bankslip_records_lost{partition=\"0\"}") == 7);
    // The others go on, and so does the API.
    stack.produce(1, {debt_json("other", 1)});
    wait_until("another partition is settled",
               [&] { return stack.count("select count(*) from bankslips where propagated") == 2; });
    BOOST_TEST(post(server.port(), "/bankslip", debt_json("single", 1)).status == 201);
    const auto busy = run_program({"offsets", "--to", "earliest", "--yes"}, stack.variables());
    BOOST_TEST(busy.status == 1, busy.output);
    BOOST_TEST(has(busy.output, "is active"), busy.output);
    BOOST_TEST(server.stop() == 0);
  }
  const auto shown = run_program({"offsets"}, stack.variables());
  BOOST_TEST(shown.status == 0, shown.output);
  BOOST_TEST(has(shown.output, "records lost"), shown.output);
  const auto set =
      run_program({"offsets", "--to", "earliest", "--partition", "0", "--yes"}, stack.variables());
  BOOST_TEST(set.status == 0, set.output);
  server_process server{stack};
  server.ready();
  wait_until("the rest is settled", [&] { return stack.uncommitted() == 0; });
  BOOST_TEST(stack.count("select count(*) from bankslips where debt_id like 'lost%' and propagated")
             == 3);
  BOOST_TEST(server.stop() == 0);
}

// An alert on a family must see a series from the first moment.
BOOST_AUTO_TEST_CASE(the_lag_of_every_partition_is_shown_from_the_first_ready_on) {
  own_stack stack;
  for (int start = 0; start < 4; ++start) {
    server_process server{stack};
    server.ready();
    const auto text = get(server.admin_port(), "/metrics").body;
    for (int p = 0; p < 6; ++p)
      for (const std::string name : {"bankslip_consumer_lag", "bankslip_records_lost"})
        BOOST_TEST(has(text, name + "{partition=\"" + std::to_string(p) + "\"} 0"), name << p);
    BOOST_TEST(server.stop() == 0);
  }
}

BOOST_AUTO_TEST_SUITE_END()
