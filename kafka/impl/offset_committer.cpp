#include "kafka/impl/offset_committer.hpp"

#include "telemetry/crash_point.hpp"
#include "telemetry/log.hpp"

namespace bankslip::kafka::impl {

namespace {

constexpr std::chrono::milliseconds commit_interval{100};
constexpr std::chrono::milliseconds commit_retry{1000};

} // namespace

rd_kafka_resp_err_t error_in(const rd_kafka_topic_partition_list_t& partitions) noexcept {
  for (int i = 0; i < partitions.cnt; ++i)
    if (partitions.elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR)
      return partitions.elems[i].err;
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

void offset_committer::commit_soon(rd_kafka_t* client, bool idle) {
  auto now = clock::now();
  // The idle need not wait for more, but a broker that refuses gets its rest.
  auto due = now >= due_ || (idle && now + commit_interval >= due_);
  if (under_way_ || !due || !watch_.up() || !owned_.has_uncommitted())
    return;
  auto offsets = owned_.take_uncommitted();
  due_ = now + commit_interval;
  under_way_ = true;
  auto code = rd_kafka_commit(client, offsets.get(), 1);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
    answered(code, offsets.get());
}

void offset_committer::answered(rd_kafka_resp_err_t code,
                                const rd_kafka_topic_partition_list_t* offsets) {
  under_way_ = false;
  if (offsets == nullptr)
    return;
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
    code = error_in(*offsets);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    watch_.saw_success();
    owned_.commit_done(*offsets);
    telemetry::crash_point("offset_commit");
    return;
  }
  telemetry::log_warn("offsets not committed yet",
                      {{"topic", owned_.topic()}, {"error", rd_kafka_err2str(code)}});
  owned_.commit_failed(*offsets);
  due_ = clock::now() + commit_retry;
}

void offset_committer::commit_now(rd_kafka_t* client, std::chrono::milliseconds patience) {
  // Asks again for what is under way: its answer may never come.
  auto offsets = owned_.unconfirmed();
  if (offsets->cnt == 0)
    return;
  queue_ptr queue{rd_kafka_queue_new(client)};
  auto code = rd_kafka_commit_queue(client, offsets.get(), queue.get(), nullptr, nullptr);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    event_ptr answer{rd_kafka_queue_poll(queue.get(), static_cast<int>(patience.count()))};
    code = answer ? rd_kafka_event_error(answer.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
  }
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
    telemetry::log_warn("offsets not committed before the partitions are given up",
                        {{"topic", owned_.topic()}, {"error", rd_kafka_err2str(code)}});
}

} // namespace bankslip::kafka::impl
