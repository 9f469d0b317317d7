#include <string_view>

#include <boost/test/unit_test.hpp>

#include "tests/kafka/broker.hpp"
#include "tests/support/record_source_contract.hpp"

using namespace bankslip;
using namespace bankslip::testing;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(offset_gaps_kafkatest)

namespace {

/// Writes to partition 0 as producers with and without transactions do.
class writer {
public:
  explicit writer(const own_topics& topics)
      : topics_{topics}, plain_{topics.raw_client(RD_KAFKA_PRODUCER, {})},
        transactional_{topics.raw_client(RD_KAFKA_PRODUCER,
                                         {{"transactional.id", topics.options.topic.c_str()}})} {
    demand(rd_kafka_init_transactions(transactional_.get(), 20'000));
  }

  /// One letter a step: `p` a record without a transaction; `c`, `a` a committed,
  /// an aborted transaction of one record; `C`, `A` of three; `e` a committed
  /// transaction of two records that follow an aborted one.
  void write(std::string_view steps) {
    for (char step : steps)
      switch (step) {
        case 'p':
          produce(plain_.get(), 1);
          break;
        case 'e':
          transaction(1, false);
          transaction(2, true);
          break;
        default:
          transaction(step == 'c' || step == 'a' ? 1 : 3, step == 'c' || step == 'C');
      }
  }

  /// Records that a consumer sees.
  std::size_t visible() const { return visible_; }
  /// Offsets that are taken.
  std::int64_t end() const { return end_; }

private:
  static void demand(rd_kafka_error_t* error) {
    kafka::impl::error_ptr owned{error};
    BOOST_REQUIRE_MESSAGE(!owned, rd_kafka_error_string(owned.get()));
  }

  void produce(rd_kafka_t* client, int count) {
    for (int i = 0; i < count; ++i) {
      auto value = "v" + std::to_string(end_++);
      BOOST_REQUIRE(rd_kafka_producev(client, RD_KAFKA_V_TOPIC(topics_.options.topic.c_str()),
                                      RD_KAFKA_V_PARTITION(0),
                                      RD_KAFKA_V_VALUE(value.data(), value.size()),
                                      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END)
                    == RD_KAFKA_RESP_ERR_NO_ERROR);
    }
    BOOST_REQUIRE(rd_kafka_flush(client, 20'000) == RD_KAFKA_RESP_ERR_NO_ERROR);
    visible_ += static_cast<std::size_t>(count);
  }

  void transaction(int count, bool committed) {
    demand(rd_kafka_begin_transaction(transactional_.get()));
    produce(transactional_.get(), count);
    if (committed) {
      demand(rd_kafka_commit_transaction(transactional_.get(), 20'000));
    } else {
      demand(rd_kafka_abort_transaction(transactional_.get(), 20'000));
      visible_ -= static_cast<std::size_t>(count);
    }
    ++end_; // the marker
  }

  const own_topics& topics_;
  kafka::impl::client_ptr plain_;
  kafka::impl::client_ptr transactional_;
  std::size_t visible_ = 0;
  std::int64_t end_ = 0;
};

std::int64_t lag_of(member& m) {
  auto lag = m.source->lag();
  BOOST_REQUIRE_EQUAL(lag.size(), 1u);
  return lag[0].second;
}

/// Reads until `count` records and the log's end have come, and settles all.
void settle_all(member& m, std::size_t count, std::int64_t end) {
  BOOST_REQUIRE(
      poll_until({&m}, [&] { return m.seen.keys.size() >= count && m.seen.ends[0] == end; }));
  m.commit_seen();
}

/// The partition that a member finds stopped.
domain::stopped_partition stopped(member& m) {
  BOOST_REQUIRE(poll_until({&m}, [&] { return !m.seen.stops.empty(); }));
  return m.seen.stops.back();
}

void commit_and_leave(const own_topics& topics, std::int64_t offset) {
  member m{kafka::make_record_source(topics.options), {}};
  BOOST_REQUIRE(poll_until({&m}, [&] { return m.seen.ends.contains(0); }));
  m.source->commit(0, offset);
  m.source->close();
}

} // namespace

// Nothing was unsettled: a log that was deleted up to its end is no loss.
BOOST_AUTO_TEST_CASE(whatever_gaps_there_are_a_settled_log_may_be_deleted_up_to_its_end) {
  for (std::string_view steps :
       {"c", "a", "p", "ca", "ac", "aaa", "pa", "cp", "cpa", "CA", "e", "pcpaep", "ACaacA"}) {
    BOOST_TEST_CONTEXT(steps) {
      own_topics topics{1};
      writer w{topics};
      w.write(steps);
      {
        member m{kafka::make_record_source(topics.options), {}};
        settle_all(m, w.visible(), w.end());
        BOOST_TEST(m.seen.keys.size() == w.visible());
        BOOST_TEST(lag_of(m) == 0);
        m.source->close();
      }
      delete_records_below(topics, 0, w.end());
      auto before = w.visible();
      member next{kafka::make_record_source(topics.options), {}};
      BOOST_REQUIRE(poll_until({&next}, [&] { return next.seen.ends.contains(0); }));
      BOOST_TEST(lag_of(next) == 0);
      w.write("c");
      settle_all(next, w.visible() - before, w.end());
      BOOST_TEST(next.seen.keys.size() == 1u);
      BOOST_TEST(next.seen.stops.empty());
      BOOST_TEST(lag_of(next) == 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_position_follows_an_aborted_transaction_while_nothing_else_comes) {
  own_topics topics{1};
  writer w{topics};
  w.write("p");
  member m{kafka::make_record_source(topics.options), {}};
  settle_all(m, 1, 1);
  w.write("A");
  settle_all(m, 1, 5);
  BOOST_TEST(lag_of(m) == 0);
}

BOOST_AUTO_TEST_CASE(records_deleted_before_they_were_settled_stop_the_partition) {
  own_topics topics{2};
  writer w{topics};
  w.write("pppppppppp");
  commit_and_leave(topics, 4);
  delete_records_below(topics, 0, 8);
  member m{kafka::make_record_source(topics.options), {}};
  auto found = stopped(m);
  BOOST_TEST(found.is_lost());
  BOOST_TEST(found.topic == topics.options.topic);
  BOOST_TEST(found.partition == 0);
  BOOST_TEST(found.committed == 4);
  BOOST_TEST(found.low == 8);
  BOOST_TEST(found.high == 10);
  BOOST_TEST(found.lost() == 4);
  BOOST_TEST(found.reason.find("partition 0") != std::string::npos, found.reason);
  // The other partition is read, and nothing of this one.
  BOOST_TEST(poll_until({&m}, [&] { return m.seen.ends.contains(1); }));
  BOOST_TEST(m.seen.keys.empty());
  BOOST_TEST(m.seen.stops.size() == 1u);
  BOOST_TEST(m.source->connected());
}

BOOST_AUTO_TEST_CASE(a_committed_offset_past_the_end_stops_the_partition) {
  own_topics topics{1};
  writer w{topics};
  w.write("ppp");
  commit_and_leave(topics, 7);
  member m{kafka::make_record_source(topics.options), {}};
  auto found = stopped(m);
  BOOST_TEST(found.is_lost());
  BOOST_TEST(found.committed == 7);
  BOOST_TEST(found.low == 0);
  BOOST_TEST(found.high == 3);
  BOOST_TEST(found.lost() == 4);
  BOOST_TEST(m.seen.keys.empty());
}

BOOST_AUTO_TEST_CASE(
    a_partition_whose_records_were_lost_goes_on_at_a_committed_offset_that_is_there) {
  own_topics topics{1};
  writer w{topics};
  w.write("pppppppppp");
  commit_and_leave(topics, 4);
  delete_records_below(topics, 0, 8);
  {
    member m{kafka::make_record_source(topics.options), {}};
    stopped(m);
    m.source->commit(0, 8);
    m.source->close();
  }
  member m{kafka::make_record_source(topics.options), {}};
  settle_all(m, 2, 10);
  BOOST_TEST(m.seen.stops.empty());
}

BOOST_AUTO_TEST_SUITE_END()
