#include <utility>

#include "kafka/impl/client_config.hpp"
#include "kafka/kafka.hpp"

namespace bankslip::kafka {

namespace {

/// Some properties are only refused where a client is made of them.
caf::error try_client(rd_kafka_type_t type, caf::expected<impl::conf_ptr> conf) {
  if (!conf)
    return conf.error();
  auto client = impl::make_client(type, std::move(*conf), true);
  return client ? caf::error{} : client.error();
}

} // namespace

caf::error check_options(const kafka_options& options) {
  auto offline = options;
  offline.bootstrap_servers.clear();
  if (auto error = try_client(RD_KAFKA_PRODUCER, impl::producer_config(offline)))
    return error;
  return try_client(RD_KAFKA_CONSUMER, impl::consumer_config(offline));
}

} // namespace bankslip::kafka
