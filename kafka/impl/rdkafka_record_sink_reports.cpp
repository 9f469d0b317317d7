#include <array>
#include <utility>

#include "domain/error.hpp"
#include "kafka/impl/rdkafka_record_sink.hpp"
#include "telemetry/log.hpp"

/// The half of the sink that hears from the broker.
namespace bankslip::kafka::impl {

using namespace std::chrono_literals;
using domain::errc;
using domain::make_error;
using std::chrono::steady_clock;

void rdkafka_record_sink::on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
  auto& sink = *static_cast<rdkafka_record_sink*>(self);
  auto& record = *static_cast<pending_batch::record*>(message->_private);
  if (sink.is_placed(*message))
    sink.settle(record, message->err);
  else
    sink.publish_again(record);
}

void rdkafka_record_sink::on_error(rd_kafka_t*, int code, const char* reason, void* self) {
  auto& sink = *static_cast<rdkafka_record_sink*>(self);
  sink.watch_.saw_error(static_cast<rd_kafka_resp_err_t>(code), reason);
}

void rdkafka_record_sink::settle(pending_batch::record& r, rd_kafka_resp_err_t code) {
  auto& p = *r.owner;
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    watch_.saw_success();
    p.acknowledge(r);
  } else {
    note_fatal();
    // A dying client answers what it still holds with all kinds of errors; the
    // next client publishes those records.
    if (fatal_ || code == RD_KAFKA_RESP_ERR__PURGE_QUEUE
        || code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)
      return;
    p.refuse(r, describe(p, r, code));
  }
  end(p);
}

void rdkafka_record_sink::end(pending_batch& p) {
  if (p.answered() && pending_.contains(p.token) && &pending_.at(p.token) == &p)
    finished_.push_back(p.token);
}

// The client takes a request whose answer was an error for stored when a later one
// is ("implicit ack"), or when the broker knows its sequence number, and cannot say
// at which offset. But a broker that knows nothing of a producer on a partition (a
// new topic, or one idle for a day) begins with whatever it takes first: it may have
// refused the first request for a passing reason, say while a partition was being
// made, and taken the second. Then the records of the first are nowhere.
bool rdkafka_record_sink::is_placed(const rd_kafka_message_t& message) {
  // The client counts the offsets of a batch from its first: -1, 0, 1 …
  auto known = message.offset >= 0
               && (message.partition != unplaced_partition_ || message.offset != unplaced_next_);
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR || known) {
    unplaced_partition_ = -1;
    return true;
  }
  unplaced_partition_ = message.partition;
  unplaced_next_ = message.offset + 1;
  return false;
}

void rdkafka_record_sink::publish_again(pending_batch::record& r) {
  constexpr int most = 5;
  note_fatal();
  if (fatal_)
    return;
  auto& p = *r.owner;
  if (r.unplaced++ < most) {
    again_.push_back(&r);
    return;
  }
  p.refuse(r,
           make_error(errc::broker_unavailable, describe(p, r, "acknowledged without an offset")));
  end(p);
}

caf::error rdkafka_record_sink::describe(const pending_batch& p, const pending_batch::record& r,
                                         rd_kafka_resp_err_t code) const {
  auto too_large = code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE
                   || code == RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE
                   || code == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE
                   || code == RD_KAFKA_RESP_ERR_INVALID_RECORD;
  return make_error(too_large ? errc::invalid_input : errc::broker_unavailable,
                    describe(p, r, rd_kafka_err2str(code)));
}

std::string rdkafka_record_sink::describe(const pending_batch& p, const pending_batch::record& r,
                                          std::string_view reason) const {
  const auto& topic = p.batch->to == domain::channel::debts ? topic_ : dead_letter_topic_;
  auto text = "topic " + topic + ": ";
  auto row = p.batch->records[p.index_of(r)].row;
  if (row >= 0)
    text += "row " + std::to_string(row) + ": ";
  text += reason;
  return text;
}

void rdkafka_record_sink::note_fatal() {
  if (fatal_)
    return;
  std::array<char, 512> reason{};
  auto code = rd_kafka_fatal_error(client_.get(), reason.data(), reason.size());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
    return;
  fatal_ = make_error(errc::client_fatal, "producer of topic " + topic_ + ": " + reason.data());
  telemetry::log_error("kafka producer is lost", {{"topic", topic_}, {"error", reason.data()}});
}

std::vector<std::pair<domain::publish_token, domain::outbound_batch_ptr>>
rdkafka_record_sink::take_unfinished() {
  // What is acknowledged in these moments need not be published twice.
  if (client_)
    purge(1s);
  std::vector<std::pair<domain::publish_token, domain::outbound_batch_ptr>> unfinished;
  unfinished.reserve(pending_.size());
  for (const auto& [token, p] : pending_)
    unfinished.emplace_back(token, p.unfinished());
  finished_.clear();
  if (client_ && rd_kafka_outq_len(client_.get()) > 0)
    abandoned_.push_back(std::move(pending_));
  pending_.clear();
  return unfinished;
}

void rdkafka_record_sink::purge(std::chrono::milliseconds patience) {
  waiting_.clear();
  again_.clear();
  rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  auto deadline = steady_clock::now() + patience;
  while (rd_kafka_outq_len(client_.get()) > 0 && steady_clock::now() < deadline)
    rd_kafka_poll(client_.get(), 20);
}

} // namespace bankslip::kafka::impl
