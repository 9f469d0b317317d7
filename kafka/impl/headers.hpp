#pragma once

#include <vector>

#include "domain/records.hpp"
#include "kafka/impl/handles.hpp"

namespace bankslip::kafka::impl {

/// Headers of one record of the batch to publish; null where there are none.
headers_ptr make_headers(const domain::outbound_batch& batch, const domain::outbound_record& r);

/// The facts that the headers of a consumed record tell.
struct record_facts {
  domain::origin from;
  bool stored = false;
  /// All others, in their order.
  std::vector<domain::record_header> foreign;
};

/// Takes `upload_id` and `row` only where both are plain decimal numbers, and
/// `stored` only where it is "1". The last of equal names counts.
record_facts read_headers(const rd_kafka_message_t& message);

} // namespace bankslip::kafka::impl
