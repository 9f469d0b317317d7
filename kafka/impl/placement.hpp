#pragma once

#include <cstdint>

#include "kafka/impl/handles.hpp"

namespace bankslip::kafka::impl {

/// Tells which delivery reports prove that a record is stored. Takes them as they come in.
///
/// The client takes a request whose answer was an error for stored when a later one is
/// ("implicit ack"), or when the broker knows its sequence number, and cannot say at which
/// offset. But a broker that knows nothing of a producer on a partition (a new topic, or one
/// idle for a day) begins with whatever it takes first: it may have refused the first request
/// for a passing reason, say while a partition was being made, and taken the second. Then the
/// records of the first are nowhere.
class placement {
public:
  /// False for a report that is no error and yet proves nothing.
  bool is_sure(const rd_kafka_message_t& report) noexcept {
    // The client counts the offsets of such a batch from its first: -1, 0, 1 …
    const auto known =
        report.offset >= 0 && (report.partition != partition_ || report.offset != next_);
    if (report.err != RD_KAFKA_RESP_ERR_NO_ERROR || known) {
      partition_ = -1;
      return true;
    }
    partition_ = report.partition;
    next_ = report.offset + 1;
    return false;
  }

private:
  /// The batch whose reports come in, where its offset is not known: its partition and the
  /// offset that the client will count next.
  std::int32_t partition_ = -1;
  std::int64_t next_ = 0;
};

} // namespace bankslip::kafka::impl
