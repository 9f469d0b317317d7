#include "kafka/impl/rdkafka_record_source.hpp"

#include <algorithm>
#include <utility>

#include "domain/error.hpp"
#include "kafka/impl/client_config.hpp"
#include "kafka/impl/client_errors.hpp"
#include "kafka/impl/headers.hpp"
#include "telemetry/log.hpp"

namespace bankslip::kafka::impl {

using namespace std::chrono_literals;
using domain::errc;
using domain::make_error;

namespace {

constexpr auto close_patience = 4s;
constexpr auto revoke_patience = 3s;
/// Longest time of one question for committed offsets, and for the log's bounds.
constexpr std::chrono::milliseconds committed_patience = 3s;
constexpr auto bounds_patience = 1s;

} // namespace

rdkafka_record_source::rdkafka_record_source(const kafka_options& options) : owned_{options.topic} {
  if (!options.behind_group.empty()) {
    auto leader = options;
    leader.group_id = options.behind_group;
    leader_.emplace(std::move(leader));
  }
  if (auto error = open(options))
    fatal_ = make_error(errc::client_fatal, domain::text_of(error));
}

rdkafka_record_source::~rdkafka_record_source() { close(); }

caf::error rdkafka_record_source::open(const kafka_options& options) {
  auto conf = consumer_config(options);
  if (!conf)
    return conf.error();
  rd_kafka_conf_set_opaque(conf->get(), this);
  rd_kafka_conf_set_rebalance_cb(conf->get(), on_rebalance);
  rd_kafka_conf_set_offset_commit_cb(conf->get(), on_committed);
  rd_kafka_conf_set_error_cb(conf->get(), on_error);
  auto client = make_client(RD_KAFKA_CONSUMER, std::move(*conf));
  if (!client)
    return client.error();
  client_ = std::move(*client);
  full_queue_ = prefetch_limit(*client_);
  rd_kafka_poll_set_consumer(client_.get());
  queue_ptr events{rd_kafka_queue_get_consumer(client_.get())};
  wake_.listen_to(events.get());
  auto topics = no_partitions();
  add(topics, options.topic, RD_KAFKA_PARTITION_UA);
  if (auto code = rd_kafka_subscribe(client_.get(), topics.get()))
    return make_error(errc::invalid_input, rd_kafka_err2str(code));
  return {};
}

caf::error rdkafka_record_source::poll(std::chrono::milliseconds max_wait, std::size_t max_records,
                                       domain::source_visitor& visitor) {
  if (fatal_)
    return fatal_;
  auto deadline = clock::now() + max_wait;
  visitor_ = &visitor;
  problem_ = {};
  watch_.probe(client_.get());
  retry_assign();
  if (stopped_.look(client_.get(), owned_, visitor))
    read_on();
  committer_.commit_soon(client_.get(), false);
  std::size_t taken = 0;
  for (;;) {
    serve_client();
    look_at_leader();
    if (!fatal_)
      taken = queues_.take_in_turns(std::max<std::size_t>(max_records, 1),
                                    [this](auto partition, auto& queue, auto most) {
                                      return take_from(partition, queue, most);
                                    });
    if (taken > 0 || fatal_)
      break;
    committer_.commit_soon(client_.get(), true);
    if (problem_ || clock::now() >= deadline)
      break;
    wake_.wait(patience(deadline));
  }
  note_fatal();
  visitor_ = nullptr;
  return fatal_ ? fatal_ : std::exchange(problem_, {});
}

std::chrono::milliseconds rdkafka_record_source::patience(clock::time_point deadline) const {
  // Short waits, so that commits go out and an assignment is tried again.
  auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
  return std::clamp(left, 0ms, 50ms);
}

void rdkafka_record_source::look_at_leader() {
  if (leader_)
    leader_->look(queues_.held());
}

void rdkafka_record_source::serve_client() {
  while (message_ptr message{rd_kafka_consumer_poll(client_.get(), 0)})
    take(*message);
}

std::size_t rdkafka_record_source::take_from(std::int32_t partition, partition_queue& queue,
                                             std::size_t at_most) {
  std::size_t taken = 0;
  while (owned_.is_open(partition) && taken < at_most && !fatal_) {
    auto message = queue.next();
    if (message && is_ahead(*message)) {
      queue.ahead = std::move(message);
      break;
    }
    if (!message) {
      if (std::exchange(queue.taken, 0) >= full_queue_)
        wake_fetcher(client_.get(), owned_.topic(), partition);
      break;
    }
    queue.taken += message->len;
    taken += take(*message) ? 1 : 0;
  }
  return taken;
}

// The end of a partition may lie behind the last record, and is one that is settled.
bool rdkafka_record_source::is_ahead(const rd_kafka_message_t& m) const {
  if (!leader_)
    return false;
  const auto settled = leader_->committed(m.partition);
  return m.err == RD_KAFKA_RESP_ERR_NO_ERROR         ? m.offset >= settled
         : m.err == RD_KAFKA_RESP_ERR__PARTITION_EOF ? m.offset > std::max<std::int64_t>(settled, 0)
                                                     : false;
}

bool rdkafka_record_source::take(const rd_kafka_message_t& m) {
  if (m.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    take_end(m);
    return false;
  }
  if (m.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    take_error(m);
    return false;
  }
  watch_.saw_success();
  if (!owned_.accept(m.partition, m.offset))
    return false;
  auto facts = read_headers(m);
  if (!facts.foreign.empty())
    visitor_->on_foreign_headers(std::move(facts.foreign));
  visitor_->on_record(m.partition, m.offset, {static_cast<const char*>(m.key), m.key_len},
                      {static_cast<const char*>(m.payload), m.len}, facts.from, facts.stored);
  return true;
}

// It stands in the partition's queue behind the records that come before it.
void rdkafka_record_source::take_end(const rd_kafka_message_t& m) {
  watch_.saw_success();
  if (owned_.reach_end(m.partition, m.offset))
    visitor_->on_end(m.partition, m.offset);
}

void rdkafka_record_source::take_error(const rd_kafka_message_t& m) {
  auto text = describe(m, owned_.topic());
  note_fatal();
  if (fatal_)
    return;
  if (!is_of_partition(m) || is_passing(m.err))
    problem_ = make_error(errc::broker_unavailable, std::move(text));
  else
    stopped_.add(owned_, m.partition, std::move(text));
}

void rdkafka_record_source::note_fatal() {
  if (fatal_)
    return;
  if (auto reason = fatal_reason(client_.get()); !reason.empty())
    fatal_ = make_error(errc::client_fatal, "consumer of topic " + owned_.topic() + ": " + reason);
}

void rdkafka_record_source::on_error(rd_kafka_t*, int code, const char* reason, void* self) {
  auto& source = *static_cast<rdkafka_record_source*>(self);
  source.watch_.saw_error(static_cast<rd_kafka_resp_err_t>(code), reason);
  if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
    source.problem_ = make_error(errc::broker_unavailable, reason);
}

void rdkafka_record_source::on_rebalance(rd_kafka_t*, rd_kafka_resp_err_t what,
                                         rd_kafka_topic_partition_list_t* partitions, void* self) {
  auto& source = *static_cast<rdkafka_record_source*>(self);
  if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    source.assign(*partitions);
    return;
  }
  if (what != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS)
    telemetry::log_warn("rebalance failed", {{"error", rd_kafka_err2str(what)}});
  source.revoke();
}

void rdkafka_record_source::assign(const rd_kafka_topic_partition_list_t& partitions) {
  unstarted_.reset(rd_kafka_topic_partition_list_copy(&partitions));
  next_start_ = {};
  retry_assign();
}

void rdkafka_record_source::retry_assign() {
  if (!unstarted_ || clock::now() < next_start_)
    return;
  auto code = RD_KAFKA_RESP_ERR_NO_ERROR;
  if (unstarted_->cnt > 0)
    code = rd_kafka_committed(client_.get(), unstarted_.get(),
                              static_cast<int>(committed_patience.count()));
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
    code = error_in(*unstarted_);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    auto partitions = std::move(unstarted_);
    start(*partitions);
    return;
  }
  next_start_ = clock::now() + 500ms;
  problem_ = unavailable("committed offsets of topic " + owned_.topic(), code);
}

void rdkafka_record_source::start(rd_kafka_topic_partition_list_t& committed) {
  forget();
  for (int i = 0; i < committed.cnt; ++i) {
    auto& p = committed.elems[i];
    owned_.begin(p.partition, p.offset >= 0 ? p.offset : -1);
    if (p.offset < 0)
      p.offset = RD_KAFKA_OFFSET_BEGINNING;
  }
  if (!read_from(committed))
    return forget();
  watch_.saw_success();
  // So that the lag is known from the first moment.
  for (auto [partition, bounds] : ask_log_bounds(client_.get(), committed, bounds_patience))
    if (auto* lane = owned_.find(partition))
      lane->log = bounds;
  auto partitions = owned_.partitions();
  telemetry::log_info("partitions assigned",
                      {{"topic", owned_.topic()}, {"count", partitions.size()}});
  if (visitor_ != nullptr)
    visitor_->on_assigned(partitions);
}

bool rdkafka_record_source::read_from(const rd_kafka_topic_partition_list_t& offsets) {
  queues_.open(client_.get(), offsets, wake_);
  const auto code = rd_kafka_assign(client_.get(), &offsets);
  if (code)
    fatal_ = make_error(errc::client_fatal, std::string{"assign: "} + rd_kafka_err2str(code));
  return !code;
}

void rdkafka_record_source::read_on() {
  auto offsets = no_partitions();
  for (const auto& [partition, lane] : owned_.lanes())
    add(offsets, owned_.topic(), partition, lane.next >= 0 ? lane.next : RD_KAFKA_OFFSET_BEGINNING);
  read_from(*offsets);
}

void rdkafka_record_source::forget() {
  owned_.clear();
  queues_.clear();
  stopped_.clear();
}

void rdkafka_record_source::revoke() {
  unstarted_.reset();
  auto lost = rd_kafka_assignment_lost(client_.get()) != 0;
  if (!lost && !closing_)
    committer_.commit_now(client_.get(), revoke_patience);
  auto partitions = owned_.partitions();
  rd_kafka_assign(client_.get(), nullptr);
  forget();
  if (partitions.empty())
    return;
  telemetry::log_info(lost ? "partitions lost" : "partitions revoked",
                      {{"topic", owned_.topic()}, {"count", partitions.size()}});
  if (visitor_ != nullptr)
    visitor_->on_revoked(partitions);
}

void rdkafka_record_source::on_committed(rd_kafka_t*, rd_kafka_resp_err_t code,
                                         rd_kafka_topic_partition_list_t* offsets, void* self) {
  static_cast<rdkafka_record_source*>(self)->committer_.answered(code, offsets);
}

std::vector<std::pair<std::int32_t, std::int64_t>> rdkafka_record_source::lag() {
  std::vector<std::pair<std::int32_t, std::int64_t>> out;
  if (!client_)
    return out;
  for (const auto& [partition, lane] : owned_.lanes()) {
    std::int64_t low = -1;
    std::int64_t high = -1;
    rd_kafka_get_watermark_offsets(client_.get(), owned_.topic().c_str(), partition, &low, &high);
    // Unknown before the first fetch.
    low = std::max(low, lane.log.low);
    high = std::max(high, lane.log.high);
    auto from = lane.settled >= 0 ? lane.settled : std::max<std::int64_t>(low, 0);
    if (high >= 0)
      out.emplace_back(partition, std::max<std::int64_t>(high - from, 0));
  }
  return out;
}

void rdkafka_record_source::close() {
  if (!client_)
    return;
  // Now, since the group may not be left in an orderly way. A commit that waits
  // for a broker would hold up the client's end for a whole session time-out.
  watch_.probe(client_.get());
  if (watch_.up())
    committer_.commit_now(client_.get(), revoke_patience);
  closing_ = true;
  {
    queue_ptr queue{rd_kafka_queue_new(client_.get())};
    error_ptr refused{rd_kafka_consumer_close_queue(client_.get(), queue.get())};
    auto deadline = clock::now() + close_patience;
    while (!refused && !rd_kafka_consumer_closed(client_.get()) && clock::now() < deadline)
      rd_kafka_queue_poll_callback(queue.get(), 20);
  }
  queues_.clear();
  // Closing again would wait without end.
  rd_kafka_destroy_flags(client_.release(), RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  owned_.clear();
  fatal_ = make_error(errc::client_fatal, "the source is closed");
}

} // namespace bankslip::kafka::impl
