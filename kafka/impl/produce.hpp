#pragma once

#include "domain/records.hpp"
#include "kafka/impl/handles.hpp"

namespace bankslip::kafka::impl {

/// Hands a record of `batch` to the client, which does not copy its value: the batch must
/// outlive the delivery report, which carries `report_to`.
rd_kafka_resp_err_t produce(rd_kafka_t* client, rd_kafka_topic_t* topic,
                            const domain::outbound_batch& batch, const domain::outbound_record& r,
                            void* report_to);

} // namespace bankslip::kafka::impl
