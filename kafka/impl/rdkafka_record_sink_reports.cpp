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
  sink.settle(*static_cast<pending_batch::record*>(message->_private), message->err);
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
  if (p.answered() && pending_.contains(p.token) && &pending_.at(p.token) == &p)
    finished_.push_back(p.token);
}

caf::error rdkafka_record_sink::describe(const pending_batch& p, const pending_batch::record& r,
                                         rd_kafka_resp_err_t code) const {
  const auto& topic = p.batch->to == domain::channel::debts ? topic_ : dead_letter_topic_;
  auto text = "topic " + topic + ": ";
  auto row = p.batch->records[p.index_of(r)].row;
  if (row >= 0)
    text += "row " + std::to_string(row) + ": ";
  text += rd_kafka_err2str(code);
  auto too_large = code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE
                   || code == RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE
                   || code == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE
                   || code == RD_KAFKA_RESP_ERR_INVALID_RECORD;
  return make_error(too_large ? errc::invalid_input : errc::broker_unavailable, std::move(text));
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
  rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  auto deadline = steady_clock::now() + patience;
  while (rd_kafka_outq_len(client_.get()) > 0 && steady_clock::now() < deadline)
    rd_kafka_poll(client_.get(), 20);
}

} // namespace bankslip::kafka::impl
