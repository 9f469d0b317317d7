
#include <boost/test/unit_test.hpp>

#include <thread>

#include "tests/kafka/broker.hpp"
#include "tests/support/record_source_contract.hpp"

using namespace bankslip;
using namespace bankslip::testing;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(mail_group_kafkatest)

namespace {

struct two_groups {
  own_topics topics{1};
  kafka::kafka_options mails = kafka::mail_group(topics.options);

  /// `at`: when they came, in milliseconds since 1970; 0: now.
  void append(int count, std::int64_t at = 0, std::int32_t partition = 0) {
    kafka::impl::client_ptr client{topics.raw_client(RD_KAFKA_PRODUCER, {})};
    for (int i = 0; i < count; ++i)
      BOOST_REQUIRE(rd_kafka_producev(client.get(), RD_KAFKA_V_TOPIC(topics.options.topic.c_str()),
                                      RD_KAFKA_V_PARTITION(partition),
                                      RD_KAFKA_V_VALUE(const_cast<char*>("v"), 1),
                                      RD_KAFKA_V_TIMESTAMP(at),
                                      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END)
                    == RD_KAFKA_RESP_ERR_NO_ERROR);
    BOOST_REQUIRE(rd_kafka_flush(client.get(), 20'000) == RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  std::int64_t position(const kafka::kafka_options& group, std::size_t partition = 0) const {
    auto read = kafka::read_group_positions(group, 10s);
    BOOST_REQUIRE(read);
    return read->partitions.at(partition).committed;
  }
  std::size_t partitions() const {
    const auto counted = kafka::count_partitions(topics.options, 10s);
    BOOST_REQUIRE(counted);
    return *counted;
  }
  void widen(std::size_t to) {
    kafka::impl::client_ptr client{topics.raw_client(RD_KAFKA_PRODUCER, {})};
    kafka::impl::queue_ptr queue{rd_kafka_queue_new(client.get())};
    char reason[256];
    auto* wanted =
        rd_kafka_NewPartitions_new(topics.options.topic.c_str(), to, reason, sizeof reason);
    rd_kafka_CreatePartitions(client.get(), &wanted, 1, nullptr, queue.get());
    kafka::impl::event_ptr done{rd_kafka_queue_poll(queue.get(), 20'000)};
    rd_kafka_NewPartitions_destroy(wanted);
    BOOST_REQUIRE(done && rd_kafka_event_error(done.get()) == RD_KAFKA_RESP_ERR_NO_ERROR);
  }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(nothing_is_handed_out_that_the_first_group_has_not_committed, two_groups) {
  append(5);
  member first{kafka::make_record_source(topics.options), {}};
  member second{kafka::make_record_source(mails), {}};
  BOOST_TEST(poll_until({&first, &second}, [&] {
    return first.seen.keys.size() == 5 && second.seen.assignments > 0;
  }));
  for (int i = 0; i < 50; ++i)
    second.poll();
  BOOST_TEST(second.seen.keys.empty());
  BOOST_TEST(second.seen.ends.empty());
  first.source->commit(0, 3);
  BOOST_TEST(poll_until({&first, &second}, [&] { return second.seen.keys.size() == 3; }));
  for (int i = 0; i < 50; ++i)
    second.poll();
  BOOST_TEST(second.seen.keys.size() == 3);
  first.source->commit(0, 5);
  BOOST_TEST(poll_until({&first, &second},
                        [&] { return second.seen.keys.size() == 5 && second.seen.ends[0] == 5; }));
}

BOOST_FIXTURE_TEST_CASE(the_mail_stage_begins_where_the_first_group_stands, two_groups) {
  append(5);
  BOOST_TEST(!kafka::set_group_positions(topics.options, {{0, 4}}, 10s));
  BOOST_TEST(!kafka::prepare_mail_group(topics.options, 10s));
  BOOST_TEST(position(mails) == 4);
  // Once it has a position, that stays.
  BOOST_TEST(!kafka::set_group_positions(topics.options, {{0, 5}}, 10s));
  BOOST_TEST(!kafka::prepare_mail_group(topics.options, 10s));
  BOOST_TEST(position(mails) == 4);
}

BOOST_FIXTURE_TEST_CASE(where_nobody_stands_yet_the_mail_stage_begins_with_the_log, two_groups) {
  append(5);
  BOOST_TEST(!kafka::prepare_mail_group(topics.options, 10s));
  BOOST_TEST(position(mails) == 0);
}

BOOST_FIXTURE_TEST_CASE(records_that_are_kept_too_short_for_their_emails_are_named, two_groups) {
  append(5);
  const auto look = [&] {
    auto read = kafka::read_mail_retention(topics.options, 10s);
    if (!read)
      BOOST_FAIL(domain::text_of(read.error()));
    return *read;
  };
  // A group that never began has nothing to do.
  BOOST_TEST(look().waiting == 0);
  BOOST_TEST(!kafka::prepare_mail_group(topics.options, 10s));
  const auto kept = look();
  BOOST_TEST((kept.kept == std::chrono::hours{7 * 24}));
  BOOST_TEST(kept.waiting == 5);
  BOOST_TEST(kept.old == 0);
  BOOST_TEST(kept.fault(0) == "");
  BOOST_TEST(kept.fault(1) == "");
  BOOST_TEST(kept.fault(1e-6)
             == "records are kept for 7 days, and 5 e-mails that wait need 57 days");
}

BOOST_AUTO_TEST_CASE(records_that_are_nearly_deleted_are_named) {
  kafka::mail_retention kept{std::chrono::hours{4}, 10, 3};
  BOOST_TEST(
      kept.fault(0)
      == "3 records whose e-mails wait have been there for most of the 4 h that they are kept");
  kept.kept = {};
  BOOST_TEST(kept.fault(1e-6) == "");
}

BOOST_FIXTURE_TEST_CASE(old_records_are_told_from_young_ones, two_groups) {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  const std::int64_t six_days = 6 * 24 * 3'600'000;
  append(2, now - six_days);
  append(3, now);
  BOOST_TEST(!kafka::prepare_mail_group(topics.options, 10s));
  const auto old = [&] { return kafka::read_mail_retention(topics.options, 10s)->old; };
  BOOST_TEST(old() == 2);
  BOOST_TEST(!kafka::set_group_positions(kafka::mail_group(topics.options), {{0, 1}}, 10s));
  BOOST_TEST(old() == 1);
  BOOST_TEST(!kafka::set_group_positions(kafka::mail_group(topics.options), {{0, 4}}, 10s));
  BOOST_TEST(old() == 0);
}

BOOST_FIXTURE_TEST_CASE(of_a_mail_stage_in_use_a_new_partition_begins_with_its_log, two_groups) {
  append(5);
  BOOST_TEST(!kafka::set_group_positions(mails, {{0, 3}}, 10s));
  BOOST_TEST(partitions() == 1);
  widen(2);
  for (int i = 0; i < 100 && partitions() < 2; ++i)
    std::this_thread::sleep_for(100ms);
  BOOST_TEST(partitions() == 2);
  // The slips of its records are made, no e-mail was sent, and nothing is committed.
  append(4, 0, 1);
  BOOST_TEST(!kafka::set_group_positions(topics.options, {{0, 5}, {1, 4}}, 10s));
  BOOST_TEST(!kafka::prepare_mail_group(topics.options, 10s));
  BOOST_TEST(position(mails, 0) == 3);
  BOOST_TEST(position(mails, 1) == 0);
}

BOOST_FIXTURE_TEST_CASE(a_sleeping_source_joins_only_a_group_that_has_a_position, two_groups) {
  append(2);
  member first{kafka::make_record_source(topics.options), {}};
  member sleeping{kafka::make_sleeping_source(mails), {}};
  sleeping.poll();
  BOOST_TEST(sleeping.seen.assignments > 0);
  BOOST_TEST(sleeping.seen.owned.empty());
  BOOST_TEST(kafka::read_group_positions(mails, 10s)->members.empty());
  BOOST_TEST(!kafka::set_group_positions(mails, {{0, 0}}, 10s));
  member woken{kafka::make_sleeping_source(mails), {}};
  BOOST_TEST(poll_until({&first, &woken}, [&] {
    first.commit_seen();
    return woken.seen.keys.size() == 2;
  }));
}

BOOST_AUTO_TEST_SUITE_END()
