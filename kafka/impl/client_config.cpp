#include "kafka/impl/client_config.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "domain/error.hpp"
#include "telemetry/log.hpp"

namespace bankslip::kafka::impl {

namespace {

using domain::errc;
using domain::make_error;

/// Collects properties; the first refusal sticks.
class config_builder {
public:
  config_builder() : conf_{rd_kafka_conf_new()} {}

  config_builder& set(const std::string& name, const std::string& value) {
    std::array<char, 512> reason{};
    if (!error_
        && rd_kafka_conf_set(conf_.get(), name.c_str(), value.c_str(), reason.data(), reason.size())
               != RD_KAFKA_CONF_OK)
      error_ =
          make_error(errc::invalid_input, "KAFKA_OPTIONS: property " + name + ": " + reason.data());
    return *this;
  }

  config_builder& set(const std::string& name, std::int64_t value) {
    return set(name, std::to_string(value));
  }

  config_builder& set_all(std::string_view extra) {
    auto properties = parse_properties(extra);
    if (!properties) {
      if (!error_)
        error_ = properties.error();
      return *this;
    }
    for (const auto& [name, value] : *properties)
      set(name, value);
    return *this;
  }

  caf::expected<conf_ptr> finish() {
    if (error_)
      return error_;
    return std::move(conf_);
  }

private:
  conf_ptr conf_;
  caf::error error_;
};

void write_log(const rd_kafka_t* client, int level, const char* facility, const char* text) {
  using telemetry::log_level;
  // Each client complains of the other kind's properties.
  if (std::string_view{facility} == "CONFWARN")
    level = 7;
  auto as = level <= 3   ? log_level::error
            : level == 4 ? log_level::warn
            : level <= 6 ? log_level::info
                         : log_level::debug;
  telemetry::log(as, text, {{"client", rd_kafka_name(client)}, {"facility", facility}});
}

/// What all clients share.
config_builder common(const kafka_options& options) {
  config_builder b;
  b.set("client.id", "bankslip")
      .set("socket.nagle.disable", "true")
      .set("socket.keepalive.enable", "true")
      // A frozen broker keeps its connections: after so long without an answer others
      // are asked. Longer than a broker holds a request back.
      .set("socket.timeout.ms", 10'000)
      // A broker that comes back is found again within a second.
      .set("reconnect.backoff.max.ms", 1000)
      .set("allow.auto.create.topics", "false");
  // Empty only where the properties are checked without connecting.
  if (!options.bootstrap_servers.empty())
    b.set("bootstrap.servers", options.bootstrap_servers);
  return b;
}

/// Messages are counted besides bytes, since librdkafka's own few hundred bytes
/// a message are not.
std::int64_t queue_messages(const kafka_options& options) {
  constexpr std::int64_t per_kib = 8;
  return std::max<std::int64_t>(1000, per_kib * options.queue_kib);
}

} // namespace

caf::expected<conf_ptr> producer_config(const kafka_options& options) {
  return common(options)
      .set("enable.idempotence", "true")
      .set("acks", "all")
      .set("compression.codec", options.compression)
      .set("linger.ms", 5)
      .set("request.timeout.ms", 8'000)
      .set("partitioner", "murmur2_random")
      .set("message.timeout.ms", options.publish_timeout.count())
      .set("queue.buffering.max.kbytes", options.queue_kib)
      .set("queue.buffering.max.messages", queue_messages(options))
      .set_all(options.extra)
      .finish();
}

std::size_t prefetch_limit(const rd_kafka_t& client) {
  std::array<char, 32> text{};
  auto size = text.size();
  rd_kafka_conf_get(rd_kafka_conf(const_cast<rd_kafka_t*>(&client)), "queued.max.messages.kbytes",
                    text.data(), &size);
  return std::strtoull(text.data(), nullptr, 10) * 1024;
}

caf::expected<conf_ptr> consumer_config(const kafka_options& options) {
  auto b = common(options);
  b.set("group.id", options.group_id)
      .set("partition.assignment.strategy", "range")
      .set("enable.auto.commit", "false")
      .set("enable.auto.offset.store", "false")
      // The source finds the start itself; a jump would lose records silently.
      .set("auto.offset.reset", "error")
      // How far the position has come where no record shows it: behind the last
      // one stand transaction markers and aborted records.
      .set("enable.partition.eof", "true")
      .set("session.timeout.ms", 10'000)
      // A member hears of a rebalance by the answer to its next heartbeat, and as long as
      // the last one has not heard, all others stand still.
      .set("heartbeat.interval.ms", 300)
      .set("max.poll.interval.ms", 300'000)
      // One fetch of a broker at a time: while it waits for a partition without
      // records, the others may run dry.
      .set("fetch.wait.max.ms", 50)
      // Posted debts come together too: each wave costs a few round trips.
      .set("fetch.min.bytes", 100'000)
      // A topic that did not exist yet at the first question is asked for again;
      // with the default a member would be left without partitions for 5 minutes.
      .set("topic.metadata.refresh.interval.ms", 5'000)
      // Prefetched records of a partition: its queue and what a fetch adds to it,
      // half a MiB compressed.
      .set("queued.max.messages.kbytes", 512)
      .set("fetch.max.bytes", 4 * 1024 * 1024)
      .set("max.partition.fetch.bytes", 512 * 1024);
  // From 2.2 on the client rests for a second when a partition's queue is full.
  if (rd_kafka_version() >= 0x02020000)
    b.set("fetch.queue.backoff.ms", 50);
  if (!options.instance_id.empty())
    b.set("group.instance.id", options.instance_id);
  return b.set_all(options.extra).finish();
}

caf::expected<conf_ptr> admin_config(const kafka_options& options) {
  return common(options).set_all(options.extra).finish();
}

caf::expected<client_ptr> make_client(rd_kafka_type_t type, conf_ptr conf, bool quiet) {
  rd_kafka_conf_set_log_cb(conf.get(), quiet ? nullptr : write_log);
  std::array<char, 512> reason{};
  auto* client = rd_kafka_new(type, conf.get(), reason.data(), reason.size());
  if (client == nullptr)
    return make_error(errc::invalid_input, std::string{"Kafka properties: "} + reason.data());
  // The client owns it now.
  [[maybe_unused]] auto* owned = conf.release();
  return client_ptr{client};
}

} // namespace bankslip::kafka::impl
