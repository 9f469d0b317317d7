#pragma once

#include <deque>
#include <map>
#include <string>

#include "kafka/impl/connection_watch.hpp"
#include "kafka/impl/handles.hpp"
#include "kafka/impl/pending_batch.hpp"
#include "kafka/impl/placement.hpp"
#include "kafka/kafka.hpp"

namespace bankslip::kafka::impl {

/// Publishes by an idempotent producer, acks=all. Belongs to one thread: delivery
/// reports are served inside `poll`. Holds a batch until its last record is
/// answered, since the client does not copy values.
class rdkafka_record_sink final : public domain::record_sink {
public:
  explicit rdkafka_record_sink(const kafka_options& options);
  ~rdkafka_record_sink() override;
  rdkafka_record_sink(const rdkafka_record_sink&) = delete;
  rdkafka_record_sink& operator=(const rdkafka_record_sink&) = delete;

  bool ready() const override { return !fatal_ && waiting_.empty() && again_.empty(); }
  void publish(domain::publish_token token, domain::outbound_batch_ptr batch) override;
  std::vector<domain::publish_result> poll(std::chrono::milliseconds max_wait) override;
  std::size_t in_flight() const override { return pending_.size(); }
  caf::error fatal() const override { return fatal_; }
  std::vector<std::pair<domain::publish_token, domain::outbound_batch_ptr>>
  take_unfinished() override;
  bool connected() const override { return watch_.up(); }

private:
  enum class outcome { taken, queue_full, client_dead };

  static void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* self);
  static void on_error(rd_kafka_t*, int code, const char* reason, void* self);

  caf::error open(const kafka_options& options);
  /// Hands records to the client until it has all of them or is full.
  void enqueue_waiting();
  outcome enqueue(pending_batch& p);
  outcome enqueue_again();
  /// The client's refusal of one record.
  outcome judge(pending_batch::record& r, rd_kafka_resp_err_t code);
  rd_kafka_topic_t* topic(domain::channel to);
  rd_kafka_resp_err_t produce(pending_batch::record& r);
  void settle(pending_batch::record& r, rd_kafka_resp_err_t code);
  void publish_again(pending_batch::record& r);
  void end(pending_batch& p);
  caf::error describe(const pending_batch& p, const pending_batch::record& r,
                      rd_kafka_resp_err_t code) const;
  std::string describe(const pending_batch& p, const pending_batch::record& r,
                       std::string_view reason) const;
  void note_fatal();
  void purge(std::chrono::milliseconds patience);
  std::vector<domain::publish_result> take_results();

  std::string topic_;
  std::string dead_letter_topic_;
  connection_watch watch_{std::chrono::milliseconds{50}};
  caf::error fatal_;
  /// Taken and not yet answered.
  std::map<domain::publish_token, pending_batch> pending_;
  /// Those that the client has not taken whole, oldest first.
  std::deque<pending_batch*> waiting_;
  /// Records that must be published once more, before those of `waiting_`.
  std::deque<pending_batch::record*> again_;
  placement placement_;
  /// Those that wait for the next `poll` to be answered.
  std::vector<domain::publish_token> finished_;
  /// Given up, but the client may still point into them.
  std::vector<std::map<domain::publish_token, pending_batch>> abandoned_;
  // The topics go before the client, the client before what it points to.
  client_ptr client_;
  topic_ptr debts_;
  topic_ptr dead_letters_;
};

} // namespace bankslip::kafka::impl
