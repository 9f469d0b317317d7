#include "kafka/impl/rdkafka_record_sink.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "domain/error.hpp"
#include "kafka/impl/client_config.hpp"
#include "kafka/impl/headers.hpp"

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
  const auto& r = p.batch->records[p.index_of(record)];
  auto key = p.batch->key(r);
  auto value = p.batch->value(r);
  auto headers = make_headers(*p.batch, r);
  std::array<rd_kafka_vu_t, 5> parts{};
  std::size_t n = 0;
  parts[n].vtype = RD_KAFKA_VTYPE_RKT;
  parts[n++].u.rkt = handle;
  parts[n].vtype = RD_KAFKA_VTYPE_VALUE;
  parts[n++].u.mem = {const_cast<char*>(value.data()), value.size()};
  parts[n].vtype = RD_KAFKA_VTYPE_OPAQUE;
  parts[n++].u.ptr = &record;
  if (key.data() != nullptr) {
    parts[n].vtype = RD_KAFKA_VTYPE_KEY;
    parts[n++].u.mem = {const_cast<char*>(key.data()), key.size()};
  }
  if (headers) {
    parts[n].vtype = RD_KAFKA_VTYPE_HEADERS;
    parts[n++].u.headers = headers.get();
  }
  error_ptr error{rd_kafka_produceva(client_.get(), parts.data(), n)};
  if (error)
    return rd_kafka_error_code(error.get());
  // The client owns them now.
  [[maybe_unused]] auto* owned = headers.release();
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

} // namespace bankslip::kafka::impl
