#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "kafka/impl/handles.hpp"
#include "kafka/kafka.hpp"

namespace bankslip::testing {

/// Protocol numbers of requests that tests make fail.
enum class kafka_request : std::int16_t {
  produce = 0,
  fetch = 1,
  offset_commit = 8,
  offset_fetch = 9,
  join_group = 11,
  heartbeat = 12,
};

/// librdkafka's broker inside this process, for faults and few messages.
class mock_cluster {
public:
  mock_cluster() {
    char reason[256];
    owner_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), reason, sizeof reason));
    cluster_ = rd_kafka_mock_cluster_new(owner_.get(), 1);
    BOOST_REQUIRE(cluster_ != nullptr);
    options.bootstrap_servers = rd_kafka_mock_cluster_bootstraps(cluster_);
    options.topic = "debts";
    options.dead_letter_topic = "debts.dlq";
    for (const auto& topic : {options.topic, options.dead_letter_topic})
      rd_kafka_mock_topic_create(cluster_, topic.c_str(), 2, 1);
  }

  ~mock_cluster() { rd_kafka_mock_cluster_destroy(cluster_); }
  mock_cluster(const mock_cluster&) = delete;
  mock_cluster& operator=(const mock_cluster&) = delete;

  /// The next requests of this kind are answered with these errors.
  void fail_next(kafka_request request, std::vector<rd_kafka_resp_err_t> errors) {
    rd_kafka_mock_push_request_errors_array(cluster_, static_cast<std::int16_t>(request),
                                            errors.size(), errors.data());
  }

  void forget_errors(kafka_request request) {
    rd_kafka_mock_clear_request_errors(cluster_, static_cast<std::int16_t>(request));
  }

  void set_down() { rd_kafka_mock_broker_set_down(cluster_, 1); }
  void set_up() { rd_kafka_mock_broker_set_up(cluster_, 1); }
  void set_round_trip(int ms) { rd_kafka_mock_broker_set_rtt(cluster_, 1, ms); }

  kafka::kafka_options options;

private:
  kafka::impl::client_ptr owner_;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

} // namespace bankslip::testing
