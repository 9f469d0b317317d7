#include <utility>

#include "domain/error.hpp"
#include "kafka/impl/rdkafka_record_source.hpp"
#include "telemetry/crash_point.hpp"
#include "telemetry/log.hpp"

/// The half of the source that talks with the group: assignment and commits.
namespace bankslip::kafka::impl {

using namespace std::chrono_literals;
using domain::errc;
using domain::make_error;

namespace {

constexpr auto commit_interval = 100ms;
constexpr auto commit_retry = 1s;
constexpr auto revoke_patience = 3s;
/// Of one question for the committed offsets.
constexpr int committed_patience_ms = 3000;

/// The first error among `offsets`.
rd_kafka_resp_err_t error_in(const rd_kafka_topic_partition_list_t& offsets) noexcept {
  for (int i = 0; i < offsets.cnt; ++i)
    if (offsets.elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR)
      return offsets.elems[i].err;
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

} // namespace

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
    code = rd_kafka_committed(client_.get(), unstarted_.get(), committed_patience_ms);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
    code = error_in(*unstarted_);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    auto partitions = std::move(unstarted_);
    start(*partitions);
    return;
  }
  next_start_ = clock::now() + 500ms;
  problem_ = make_error(errc::broker_unavailable, "committed offsets of topic " + owned_.topic()
                                                      + ": " + rd_kafka_err2str(code));
}

void rdkafka_record_source::start(rd_kafka_topic_partition_list_t& committed) {
  owned_.clear();
  queues_.clear();
  for (int i = 0; i < committed.cnt; ++i) {
    auto& p = committed.elems[i];
    owned_.begin(p.partition, p.offset >= 0 ? p.offset : -1);
    if (p.offset < 0)
      p.offset = RD_KAFKA_OFFSET_BEGINNING;
    // Before the assignment, which would lead its records to the common queue.
    queue_ptr queue{rd_kafka_queue_get_partition(client_.get(), p.topic, p.partition)};
    rd_kafka_queue_forward(queue.get(), nullptr);
    wake_.listen_to(queue.get());
    queues_[p.partition].queue = std::move(queue);
  }
  if (auto code = rd_kafka_assign(client_.get(), &committed)) {
    owned_.clear();
    queues_.clear();
    fatal_ = make_error(errc::client_fatal, std::string{"assign: "} + rd_kafka_err2str(code));
    return;
  }
  watch_.saw_success();
  auto partitions = owned_.partitions();
  telemetry::log_info("partitions assigned",
                      {{"topic", owned_.topic()}, {"count", partitions.size()}});
  if (visitor_ != nullptr)
    visitor_->on_assigned(partitions);
}

void rdkafka_record_source::revoke() {
  unstarted_.reset();
  auto lost = rd_kafka_assignment_lost(client_.get()) != 0;
  if (!lost && !closing_)
    commit_now(revoke_patience);
  auto partitions = owned_.partitions();
  rd_kafka_assign(client_.get(), nullptr);
  owned_.clear();
  queues_.clear();
  if (partitions.empty())
    return;
  telemetry::log_info(lost ? "partitions lost" : "partitions revoked",
                      {{"topic", owned_.topic()}, {"count", partitions.size()}});
  if (visitor_ != nullptr)
    visitor_->on_revoked(partitions);
}

void rdkafka_record_source::commit(std::int32_t partition, std::int64_t next_offset) {
  owned_.settle(partition, next_offset);
}

void rdkafka_record_source::commit_soon(bool idle) {
  auto now = clock::now();
  // The idle need not wait for more, but a broker that refuses gets its rest.
  auto due = now >= next_commit_ || (idle && now + commit_interval >= next_commit_);
  if (commit_under_way_ || !due || !watch_.up() || !owned_.has_uncommitted())
    return;
  auto offsets = owned_.take_uncommitted();
  next_commit_ = now + commit_interval;
  auto code = rd_kafka_commit(client_.get(), offsets.get(), 1);
  commit_under_way_ = code == RD_KAFKA_RESP_ERR_NO_ERROR;
  if (!commit_under_way_)
    on_committed(client_.get(), code, offsets.get(), this);
}

void rdkafka_record_source::on_committed(rd_kafka_t*, rd_kafka_resp_err_t code,
                                         rd_kafka_topic_partition_list_t* offsets, void* self) {
  auto& source = *static_cast<rdkafka_record_source*>(self);
  source.commit_under_way_ = false;
  if (offsets == nullptr)
    return;
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
    code = error_in(*offsets);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    source.watch_.saw_success();
    source.owned_.commit_done(*offsets);
    telemetry::crash_point("offset_commit");
    return;
  }
  telemetry::log_warn("offsets not committed yet",
                      {{"topic", source.owned_.topic()}, {"error", rd_kafka_err2str(code)}});
  source.owned_.commit_failed(*offsets);
  source.next_commit_ = clock::now() + commit_retry;
}

void rdkafka_record_source::commit_now(std::chrono::milliseconds patience) {
  // Asks again for what is under way: its answer may never come.
  auto offsets = owned_.unconfirmed();
  if (offsets->cnt == 0)
    return;
  queue_ptr queue{rd_kafka_queue_new(client_.get())};
  auto code = rd_kafka_commit_queue(client_.get(), offsets.get(), queue.get(), nullptr, nullptr);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    event_ptr answer{rd_kafka_queue_poll(queue.get(), static_cast<int>(patience.count()))};
    code = answer ? rd_kafka_event_error(answer.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
  }
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
    telemetry::log_warn("offsets not committed before the partitions are given up",
                        {{"topic", owned_.topic()}, {"error", rd_kafka_err2str(code)}});
}

} // namespace bankslip::kafka::impl
