#include "kafka/impl/produce.hpp"

#include <array>

#include "kafka/impl/headers.hpp"

namespace bankslip::kafka::impl {

rd_kafka_resp_err_t produce(rd_kafka_t* client, rd_kafka_topic_t* topic,
                            const domain::outbound_batch& batch, const domain::outbound_record& r,
                            void* report_to) {
  auto key = batch.key(r);
  auto value = batch.value(r);
  auto headers = make_headers(batch, r);
  std::array<rd_kafka_vu_t, 5> parts{};
  std::size_t n = 0;
  parts[n].vtype = RD_KAFKA_VTYPE_RKT;
  parts[n++].u.rkt = topic;
  parts[n].vtype = RD_KAFKA_VTYPE_VALUE;
  parts[n++].u.mem = {const_cast<char*>(value.data()), value.size()};
  parts[n].vtype = RD_KAFKA_VTYPE_OPAQUE;
  parts[n++].u.ptr = report_to;
  if (key.data() != nullptr) {
    parts[n].vtype = RD_KAFKA_VTYPE_KEY;
    parts[n++].u.mem = {const_cast<char*>(key.data()), key.size()};
  }
  if (headers) {
    parts[n].vtype = RD_KAFKA_VTYPE_HEADERS;
    parts[n++].u.headers = headers.get();
  }
  error_ptr error{rd_kafka_produceva(client, parts.data(), n)};
  if (error)
    return rd_kafka_error_code(error.get());
  // The client owns them now.
  [[maybe_unused]] auto* owned = headers.release();
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

} // namespace bankslip::kafka::impl
