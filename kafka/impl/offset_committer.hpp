#pragma once

#include <chrono>

#include "kafka/impl/assignment.hpp"
#include "kafka/impl/connection_watch.hpp"
#include "kafka/impl/handles.hpp"

namespace bankslip::kafka::impl {

/// Sends the settled offsets of an assignment to the broker, one request at a
/// time, and repeats what was refused. Belongs to the consumer's thread; the
/// assignment and the watch must outlive it.
class offset_committer {
public:
  offset_committer(assignment& owned, connection_watch& watch) : owned_{owned}, watch_{watch} {}

  /// Asks for the commit of what is settled, without waiting for the answer: every
  /// 100 ms, and at once if `idle`. The answer comes to `answered`.
  void commit_soon(rd_kafka_t* client, bool idle);
  /// Asks again for all that the broker is not known to hold, and waits for the
  /// answer. Call it before partitions are given up.
  void commit_now(rd_kafka_t* client, std::chrono::milliseconds patience);
  /// Takes the answer to a commit that was not waited for.
  void answered(rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t* offsets);

private:
  using clock = std::chrono::steady_clock;

  assignment& owned_;
  connection_watch& watch_;
  bool under_way_ = false;
  clock::time_point due_{};
};

/// The first error among `partitions`.
rd_kafka_resp_err_t error_in(const rd_kafka_topic_partition_list_t& partitions) noexcept;

} // namespace bankslip::kafka::impl
