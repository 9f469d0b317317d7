#pragma once

#include <chrono>
#include <map>
#include <string>

#include "domain/record_ports.hpp"
#include "kafka/impl/assignment.hpp"

namespace bankslip::kafka::impl {

/// The partitions of an assignment that the client cannot read on, and why. It
/// finds out whether their records are lost; if not, they are to be read again from
/// where they stand, every 5 s. Belongs to the consumer's thread.
class stopped_partitions {
public:
  /// The client has met `reason` at this partition of ours: nothing that it may
  /// deliver after it is taken, since going on could pass records by.
  void add(assignment& owned, std::int32_t partition, std::string reason);
  void clear() noexcept { stopped_.clear(); }
  /// Looks at those that are due: asks for the log's bounds and tells `visitor`. Answers
  /// whether one is to be read again, which is no longer stopped then. Blocks for half a
  /// second a partition while the broker does not answer.
  bool look(rd_kafka_t* client, assignment& owned, domain::source_visitor& visitor);

private:
  using clock = std::chrono::steady_clock;

  struct halt {
    std::string reason;
    clock::time_point since;
    clock::time_point due;
  };

  std::map<std::int32_t, halt> stopped_;
};

} // namespace bankslip::kafka::impl
