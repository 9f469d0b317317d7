#include "kafka/impl/connection_watch.hpp"

#include "telemetry/log.hpp"

namespace bankslip::kafka::impl {

using namespace std::chrono_literals;

void connection_watch::saw_error(rd_kafka_resp_err_t code, const char* reason) {
  if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
    telemetry::log_debug("kafka client error", {{"error", reason}});
    return;
  }
  if (up_)
    telemetry::log_warn("kafka is away", {{"error", reason}});
  up_ = false;
}

void connection_watch::probe(rd_kafka_t* client) {
  auto now = std::chrono::steady_clock::now();
  if (up_ || now < next_probe_)
    return;
  next_probe_ = now + 1s;
  const rd_kafka_metadata_t* metadata = nullptr;
  auto code = rd_kafka_metadata(client, 0, nullptr, &metadata, static_cast<int>(patience_.count()));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return;
  rd_kafka_metadata_destroy(metadata);
  up_ = true;
}

} // namespace bankslip::kafka::impl
