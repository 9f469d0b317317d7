#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "domain/error.hpp"
#include "kafka/impl/client_config.hpp"
#include "kafka/impl/client_errors.hpp"
#include "kafka/impl/group_follower.hpp"
#include "kafka/kafka.hpp"

namespace bankslip::kafka {

namespace {

using domain::errc;
using domain::make_error;
using impl::destroy_with;
using std::chrono::milliseconds;

using resource_ptr =
    std::unique_ptr<rd_kafka_ConfigResource_t, destroy_with<rd_kafka_ConfigResource_destroy>>;

caf::error not_told(const std::string& topic, const char* reason) {
  return make_error(errc::not_found, "settings of topic " + topic + ": " + reason);
}

/// A setting of a topic, as the broker has it in force.
caf::expected<std::string> read_setting(rd_kafka_t* client, const std::string& topic,
                                        std::string_view name, milliseconds timeout) {
  resource_ptr wanted{rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str())};
  impl::queue_ptr queue{rd_kafka_queue_new(client)};
  auto* one = wanted.get();
  rd_kafka_DescribeConfigs(client, &one, 1, nullptr, queue.get());
  impl::event_ptr event{rd_kafka_queue_poll(queue.get(), static_cast<int>(timeout.count()))};
  if (!event)
    return make_error(errc::broker_unavailable, "topic " + topic + ": no answer");
  if (rd_kafka_event_error(event.get()))
    return not_told(topic, rd_kafka_event_error_string(event.get()));
  std::size_t n = 0;
  const auto** answers = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(event.get()), &n);
  if (n != 1)
    return not_told(topic, "no answer");
  if (rd_kafka_ConfigResource_error(answers[0]))
    return not_told(topic, rd_kafka_ConfigResource_error_string(answers[0]));
  const auto** entries = rd_kafka_ConfigResource_configs(answers[0], &n);
  for (std::size_t i = 0; i < n; ++i)
    if (const auto* value = rd_kafka_ConfigEntry_value(entries[i]);
        value != nullptr && rd_kafka_ConfigEntry_name(entries[i]) == name)
      return std::string{value};
  return not_told(topic, "the setting is not there");
}

/// The first offset of each partition whose record came at `moment` or later, that behind
/// the last one where none did.
caf::expected<impl::partitions_ptr> offsets_at(rd_kafka_t* client, const std::string& topic,
                                               const group_positions& group,
                                               std::chrono::system_clock::time_point moment,
                                               milliseconds timeout) {
  const auto ms = std::chrono::floor<milliseconds>(moment.time_since_epoch()).count();
  auto asked = impl::no_partitions();
  for (const auto& p : group.partitions)
    impl::add(asked, topic, p.partition, ms);
  if (auto code =
          rd_kafka_offsets_for_times(client, asked.get(), static_cast<int>(timeout.count())))
    return impl::unavailable("topic " + topic, code);
  return asked;
}

/// "7 days", "30 h", "90 s".
std::string span_of(double seconds) {
  const auto text = [&](double unit, const char* name) {
    return std::to_string(static_cast<std::int64_t>(seconds / unit)) + name;
  };
  return seconds >= 2 * 86'400  ? text(86'400, " days")
         : seconds >= 2 * 3'600 ? text(3'600, " h")
                                : text(1, " s");
}

} // namespace

std::string mail_retention::fault(double rate) const {
  const auto seconds = std::chrono::duration<double>{kept}.count();
  if (seconds <= 0)
    return {};
  if (const auto needed = rate > 0 ? static_cast<double>(waiting) / rate : 0; needed > seconds)
    return "records are kept for " + span_of(seconds) + ", and " + std::to_string(waiting)
           + " e-mails that wait need " + span_of(needed);
  if (old > 0)
    return std::to_string(old) + " records whose e-mails wait have been there for most of the "
           + span_of(seconds) + " that they are kept";
  return {};
}

caf::expected<mail_retention> read_mail_retention(const kafka_options& options,
                                                  milliseconds timeout) {
  const auto group = read_group_positions(mail_group(options), timeout);
  if (!group)
    return group.error();
  auto client = impl::make_spokesman(options);
  if (!client)
    return client.error();
  const auto setting = read_setting(client->get(), options.topic, "retention.ms", timeout);
  if (!setting)
    return setting.error();
  mail_retention out;
  out.kept = milliseconds{std::max(std::atoll(setting->c_str()), 0LL)};
  for (const auto& p : group->partitions)
    out.waiting += p.committed >= 0 ? p.lag() : 0;
  if (out.waiting == 0 || out.kept.count() == 0)
    return out;
  auto young = offsets_at(client->get(), options.topic, *group,
                          std::chrono::system_clock::now() - out.kept * 3 / 4, timeout);
  if (!young)
    return young.error();
  for (int i = 0; i < (*young)->cnt; ++i)
    for (const auto& p : group->partitions)
      if (const auto& first = (*young)->elems[i];
          first.partition == p.partition && p.committed >= 0 && !first.err)
        // Negative where no record is so young.
        out.old +=
            std::max<std::int64_t>((first.offset >= 0 ? std::min(first.offset, p.high) : p.high)
                                       - std::max(p.committed, p.low),
                                   0);
  return out;
}

} // namespace bankslip::kafka
