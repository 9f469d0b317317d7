#include <algorithm>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "domain/error.hpp"
#include "kafka/impl/group_follower.hpp"
#include "kafka/impl/log_bounds.hpp"
#include "kafka/impl/rdkafka_record_source.hpp"
#include "kafka/kafka.hpp"
#include "telemetry/log.hpp"

namespace bankslip::kafka {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::chrono::seconds between_looks{30};
constexpr std::chrono::seconds look_patience{2};

bool has_position(const group_positions& group) {
  return std::ranges::any_of(group.partitions,
                             [](const group_position& p) { return p.committed >= 0; });
}

/// Joins the mail stage's group once that has a position: then e-mails were left to it.
class sleeping_source final : public domain::record_source {
public:
  explicit sleeping_source(const kafka_options& options) : options_{options} {}

  caf::error poll(std::chrono::milliseconds max_wait, std::size_t max_records,
                  domain::source_visitor& visitor) override {
    if (!awake_ && !wake_up()) {
      // It waits for nothing.
      visitor.on_assigned({});
      std::this_thread::sleep_for(max_wait);
      return {};
    }
    return awake_->poll(max_wait, max_records, visitor);
  }
  void commit(std::int32_t partition, std::int64_t next_offset) override {
    awake_->commit(partition, next_offset);
  }
  void pause(std::int32_t partition) override { awake_->pause(partition); }
  void resume(std::int32_t partition) override { awake_->resume(partition); }
  std::vector<std::pair<std::int32_t, std::int64_t>> lag() override {
    return awake_ ? awake_->lag() : std::vector<std::pair<std::int32_t, std::int64_t>>{};
  }
  bool connected() const override { return !awake_ || awake_->connected(); }
  void close() override {
    if (awake_)
      awake_->close();
  }

private:
  bool wake_up() {
    if (clock::now() < next_look_)
      return false;
    next_look_ = clock::now() + between_looks;
    auto group = read_group_positions(options_, look_patience);
    if (!group || !has_position(*group))
      return false;
    telemetry::log_info("e-mails that were left to the mail stage are sent by it",
                        {{"group", options_.group_id}});
    awake_ = std::make_unique<impl::rdkafka_record_source>(options_);
    return true;
  }

  kafka_options options_;
  clock::time_point next_look_{};
  std::unique_ptr<domain::record_source> awake_;
};

} // namespace

kafka_options mail_group(kafka_options options) {
  options.behind_group = options.group_id;
  options.group_id += ".mail";
  return options;
}

std::unique_ptr<domain::record_source> make_sleeping_source(const kafka_options& options) {
  return std::make_unique<sleeping_source>(options);
}

// Which group is asked first matters. Where the mail stage has no position yet, no process
// has left e-mails to it before that question, so none is waiting below the position that
// the first group had even earlier. Where it has one on any partition, it is in use: on a
// partition that the topic got since, e-mails may wait from the first record on, and those
// that were sent are known and passed by.
caf::error prepare_mail_group(const kafka_options& options, std::chrono::milliseconds timeout) {
  const auto first = read_group_positions(options, timeout);
  if (!first)
    return first.error();
  const auto mails = read_group_positions(mail_group(options), timeout);
  if (!mails)
    return mails.error();
  const bool in_use = has_position(*mails);
  std::map<std::int32_t, std::int64_t> begins;
  for (const auto& p : mails->partitions)
    for (const auto& leader : first->partitions)
      if (p.committed < 0 && leader.partition == p.partition) {
        // Where the first group has no position either, both begin with the log.
        const auto begin = leader.committed >= 0 && !in_use ? leader.committed : leader.low;
        if (begin < 0)
          return domain::make_error(domain::errc::broker_unavailable,
                                    "the leader of partition " + std::to_string(p.partition)
                                        + " does not answer");
        begins.emplace(p.partition, begin);
      }
  if (!begins.empty() && mails->members.empty())
    if (auto err = set_group_positions(mail_group(options), begins, timeout);
        err && domain::code_of(err) != domain::errc::wrong_state)
      return err;
  return {};
}

caf::expected<std::size_t> count_partitions(const kafka_options& options,
                                            std::chrono::milliseconds timeout) {
  const auto client = impl::make_spokesman(options);
  if (!client)
    return client.error();
  const auto found = impl::ask_partitions(client->get(), options.topic, timeout);
  if (!found)
    return found.error();
  return static_cast<std::size_t>((*found)->cnt);
}

} // namespace bankslip::kafka
