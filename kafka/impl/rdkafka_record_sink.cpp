#include "kafka/impl/rdkafka_record_sink.hpp"

#include <algorithm>
#include <utility>

#include "domain/error.hpp"
#include "kafka/impl/client_config.hpp"
#include "kafka/impl/client_errors.hpp"
#include "kafka/impl/produce.hpp"
#include "telemetry/log.hpp"

namespace bankslip::kafka::impl {

using namespace std::chrono_literals;
using domain::errc;
using domain::make_error;
using std::chrono::steady_clock;

namespace {

int left_until(steady_clock::time_point deadline) {
  auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
  return static_cast<int>(std::max(left, 0ms).count());
}

/// The client has given the record back without an attempt that can be judged.
bool is_given_back(rd_kafka_resp_err_t code) noexcept {
  return code == RD_KAFKA_RESP_ERR__PURGE_QUEUE || code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT
         || code == RD_KAFKA_RESP_ERR__FATAL || code == RD_KAFKA_RESP_ERR__DESTROY;
}

} // namespace

rdkafka_record_sink::rdkafka_record_sink(const kafka_options& options)
    : topic_{options.topic}, dead_letter_topic_{options.dead_letter_topic} {
  if (auto error = open(options))
    fatal_ = make_error(errc::client_fatal, domain::text_of(error));
}

rdkafka_record_sink::~rdkafka_record_sink() {
  if (client_)
    purge(500ms);
}

caf::error rdkafka_record_sink::open(const kafka_options& options) {
  auto conf = producer_config(options);
  if (!conf)
    return conf.error();
  rd_kafka_conf_set_opaque(conf->get(), this);
  rd_kafka_conf_set_dr_msg_cb(conf->get(), on_delivery);
  rd_kafka_conf_set_error_cb(conf->get(), on_error);
  auto client = make_client(RD_KAFKA_PRODUCER, std::move(*conf));
  if (!client)
    return client.error();
  client_ = std::move(*client);
  return {};
}

// Made with the first record: a client that asked for a topic before it existed
// looks for it again only after a second.
rd_kafka_topic_t* rdkafka_record_sink::topic(domain::channel to) {
  auto& handle = to == domain::channel::debts ? debts_ : dead_letters_;
  if (!handle) {
    const auto& name = to == domain::channel::debts ? topic_ : dead_letter_topic_;
    handle.reset(rd_kafka_topic_new(client_.get(), name.c_str(), nullptr));
  }
  return handle.get();
}

void rdkafka_record_sink::publish(domain::publish_token token, domain::outbound_batch_ptr batch) {
  auto& p = pending_.try_emplace(token, token, std::move(batch)).first->second;
  if (p.answered()) // an empty batch
    finished_.push_back(token);
  else
    waiting_.push_back(&p);
  enqueue_waiting();
}

std::vector<domain::publish_result> rdkafka_record_sink::poll(std::chrono::milliseconds max_wait) {
  if (!client_)
    return take_results();
  auto deadline = steady_clock::now() + max_wait;
  watch_.probe(client_.get());
  for (;;) {
    auto was_full = !ready();
    rd_kafka_poll(client_.get(), finished_.empty() ? left_until(deadline) : 0);
    note_fatal();
    enqueue_waiting();
    auto made_room = was_full && ready();
    if (!finished_.empty() || made_room || fatal_ || steady_clock::now() >= deadline)
      return take_results();
  }
}

std::vector<domain::publish_result> rdkafka_record_sink::take_results() {
  std::vector<domain::publish_result> results;
  results.reserve(finished_.size());
  for (auto token : std::exchange(finished_, {})) {
    auto node = pending_.extract(token);
    results.push_back({token, std::move(node.mapped().error)});
  }
  return results;
}

void rdkafka_record_sink::enqueue_waiting() {
  if (enqueue_again() != outcome::taken)
    return;
  while (!waiting_.empty() && !fatal_) {
    if (enqueue(*waiting_.front()) != outcome::taken)
      return;
    waiting_.pop_front();
  }
}

rdkafka_record_sink::outcome rdkafka_record_sink::enqueue(pending_batch& p) {
  while (!p.enqueued()) {
    auto& r = p.records[p.next];
    if (auto end = judge(r, produce(r)); end != outcome::taken)
      return end;
    ++p.next;
  }
  return outcome::taken;
}

rdkafka_record_sink::outcome rdkafka_record_sink::enqueue_again() {
  while (!again_.empty() && !fatal_) {
    auto& r = *again_.front();
    if (auto end = judge(r, produce(r)); end != outcome::taken)
      return end;
    again_.pop_front();
  }
  return outcome::taken;
}

rdkafka_record_sink::outcome rdkafka_record_sink::judge(pending_batch::record& r,
                                                        rd_kafka_resp_err_t code) {
  if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL)
    return outcome::queue_full;
  if (is_given_back(code)) {
    note_fatal();
    return outcome::client_dead;
  }
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
    settle(r, code);
  return outcome::taken;
}

rd_kafka_resp_err_t rdkafka_record_sink::produce(pending_batch::record& record) {
  const auto& p = *record.owner;
  auto* handle = topic(p.batch->to);
  if (handle == nullptr)
    return rd_kafka_last_error();
  return impl::produce(client_.get(), handle, *p.batch, p.batch->records[p.index_of(record)],
                       &record);
}

void rdkafka_record_sink::on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
  auto& sink = *static_cast<rdkafka_record_sink*>(self);
  auto& record = *static_cast<pending_batch::record*>(message->_private);
  if (sink.placement_.is_sure(*message))
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
  const auto reason = fatal_reason(client_.get());
  if (reason.empty())
    return;
  fatal_ = make_error(errc::client_fatal, "producer of topic " + topic_ + ": " + reason);
  telemetry::log_error("kafka producer is lost", {{"topic", topic_}, {"error", reason}});
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
