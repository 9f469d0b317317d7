#include <utility>

#include "domain/error.hpp"
#include "kafka/impl/client_config.hpp"
#include "kafka/kafka.hpp"

namespace bankslip::kafka {

namespace {

using domain::errc;
using domain::make_error;

caf::error refuse(std::string problem) {
  return make_error(errc::invalid_input, std::move(problem));
}

bool is_topic_name(const std::string& name) noexcept {
  if (name.empty() || name.size() > 249 || name == "." || name == "..")
    return false;
  for (auto c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.'
          || c == '_' || c == '-'))
      return false;
  return true;
}

caf::error check_names(const kafka_options& options) {
  if (options.bootstrap_servers.empty())
    return refuse("the bootstrap servers are empty");
  if (options.group_id.empty())
    return refuse("the group id is empty");
  for (const auto& topic : {options.topic, options.dead_letter_topic})
    if (!is_topic_name(topic))
      return refuse("topic '" + topic
                    + "' must have 1 to 249 characters of letters, digits, '.', '_', '-'");
  if (options.topic == options.dead_letter_topic)
    return refuse("BANKSLIP_TOPIC and BANKSLIP_DLQ_TOPIC are both '" + options.topic + "'");
  return {};
}

caf::error check_numbers(const kafka_options& options) {
  if (options.partitions < 1)
    return refuse("partitions must be at least 1");
  if (options.replication < 1)
    return refuse("replication must be at least 1");
  if (options.publish_timeout < std::chrono::seconds{1})
    return refuse("the publish time-out must be at least 1 s");
  if (options.queue_kib < 1)
    return refuse("the producer's queue must have at least 1 KiB");
  return {};
}

/// Some properties are only refused where a client is made of them.
caf::error try_client(rd_kafka_type_t type, caf::expected<impl::conf_ptr> conf) {
  if (!conf)
    return conf.error();
  auto client = impl::make_client(type, std::move(*conf), true);
  return client ? caf::error{} : client.error();
}

} // namespace

caf::error check_options(const kafka_options& options) {
  if (auto error = check_names(options))
    return error;
  if (auto error = check_numbers(options))
    return error;
  auto offline = options;
  offline.bootstrap_servers.clear();
  if (auto error = try_client(RD_KAFKA_PRODUCER, impl::producer_config(offline)))
    return error;
  return try_client(RD_KAFKA_CONSUMER, impl::consumer_config(offline));
}

} // namespace bankslip::kafka
