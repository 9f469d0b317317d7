#include <algorithm>
#include <mutex>
#include <string_view>
#include <utility>

#include "domain/error.hpp"
#include "kafka/impl/client_config.hpp"
#include "kafka/impl/client_errors.hpp"
#include "kafka/impl/headers.hpp"
#include "kafka/impl/log_bounds.hpp"
#include "kafka/kafka.hpp"

namespace bankslip::kafka {

namespace {

using domain::dead_letter_page;
using domain::dead_letter_position;
using domain::dead_letter_record;
using domain::errc;
using domain::make_error;
using namespace std::chrono_literals;

constexpr std::size_t longest_value = 64 * 1024;
constexpr auto longest_read = 5s;

/// A part of a partition's log, of which the newest records may belong to the page.
struct window {
  std::int32_t partition = -1;
  /// The first offset that the log still has.
  std::int64_t log_begin = 0;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  bool read = false;
  /// By rising offset; taken from the back.
  std::vector<dead_letter_record> records;

  /// Below it the next page begins.
  std::int64_t rest() const { return records.empty() ? begin : records.back().offset + 1; }
};

dead_letter_record record_of(const rd_kafka_message_t& m) {
  dead_letter_record out;
  out.partition = m.partition;
  out.offset = m.offset;
  rd_kafka_timestamp_type_t kind{};
  out.at = domain::utc_time{std::chrono::milliseconds{rd_kafka_message_timestamp(&m, &kind)}};
  if (m.key != nullptr)
    out.key.assign(static_cast<const char*>(m.key), m.key_len);
  if (m.payload != nullptr)
    out.value.assign(static_cast<const char*>(m.payload), std::min(m.len, longest_value));
  out.value_bytes = m.len;
  auto facts = impl::read_headers(m);
  out.from = facts.from;
  out.headers = std::move(facts.foreign);
  return out;
}

/// The windows of the partitions that have something below `before`.
std::vector<window> windows_below(const dead_letter_position& before,
                                  const std::map<std::int32_t, impl::log_bounds>& bounds,
                                  int limit) {
  std::vector<window> out;
  for (const auto& [partition, log] : bounds) {
    auto end = log.high;
    if (!before.empty()) {
      const auto wanted = before.find(partition);
      end = wanted == before.end() ? 0 : std::min(end, wanted->second);
    }
    if (end > log.low)
      out.push_back({partition, log.low, std::max(log.low, end - limit), end, false, {}});
  }
  return out;
}

caf::error read_windows(rd_kafka_t* client, const std::string& topic, std::vector<window>& windows,
                        std::chrono::steady_clock::time_point deadline) {
  auto wanted = impl::no_partitions();
  for (const auto& w : windows)
    impl::add(wanted, topic, w.partition, w.begin);
  if (auto code = rd_kafka_assign(client, wanted.get()))
    return impl::unavailable("topic " + topic, code);
  auto open = windows.size();
  while (open > 0) {
    if (std::chrono::steady_clock::now() > deadline)
      return make_error(errc::broker_unavailable, "topic " + topic + " was not read in time");
    impl::message_ptr m{rd_kafka_consumer_poll(client, 100)};
    if (!m)
      continue;
    auto w = std::ranges::find(windows, m->partition, &window::partition);
    if (w == windows.end() || w->read)
      continue;
    // Retention may have removed what was there a moment ago.
    const bool at_end = m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF
                        || m->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET
                        || m->err == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE;
    if (!at_end && m->err)
      continue;
    if (!m->err && m->offset < w->end)
      w->records.push_back(record_of(*m));
    w->read = at_end || m->offset >= w->end - 1;
    open -= w->read ? 1 : 0;
  }
  return {};
}

/// Takes the newest of all windows.
dead_letter_page merge(std::string topic, std::vector<window>& windows, int limit) {
  dead_letter_page page;
  page.topic = std::move(topic);
  while (static_cast<int>(page.records.size()) < limit) {
    window* newest = nullptr;
    for (auto& w : windows)
      if (!w.records.empty() && (!newest || w.records.back().at > newest->records.back().at))
        newest = &w;
    if (!newest)
      break;
    page.records.push_back(std::move(newest->records.back()));
    newest->records.pop_back();
  }
  for (const auto& w : windows)
    if (w.rest() > w.log_begin)
      page.next[w.partition] = w.rest();
  return page;
}

class rdkafka_dead_letter_log final : public domain::dead_letter_log {
public:
  explicit rdkafka_dead_letter_log(kafka_options options) : options_{std::move(options)} {
    // It must not be taken for the process's member of the group.
    options_.instance_id.clear();
  }

  caf::expected<dead_letter_page> read(int limit, const dead_letter_position& before) override {
    std::unique_lock turn{turn_, std::defer_lock};
    if (!turn.try_lock_for(longest_read))
      return make_error(errc::overloaded, "others are reading the dead letters");
    const auto& topic = options_.dead_letter_topic;
    const auto deadline = std::chrono::steady_clock::now() + longest_read;
    auto conf = impl::consumer_config(options_);
    if (!conf)
      return conf.error();
    // What goes wrong shows in the answers.
    rd_kafka_conf_set_error_cb(conf->get(), [](rd_kafka_t*, int, const char*, void*) {});
    auto client = impl::make_client(RD_KAFKA_CONSUMER, std::move(*conf), true);
    if (!client)
      return client.error();
    rd_kafka_poll_set_consumer(client->get());
    auto partitions = impl::ask_partitions(client->get(), topic, longest_read / 2);
    if (!partitions)
      return partitions.error();
    const auto bounds = impl::ask_log_bounds(client->get(), **partitions, longest_read / 2);
    if (static_cast<int>(bounds.size()) < (*partitions)->cnt)
      return make_error(errc::broker_unavailable, "topic " + topic + ": no answer");
    auto windows = windows_below(before, bounds, limit);
    if (!windows.empty())
      if (auto error = read_windows(client->get(), topic, windows, deadline))
        return error;
    return merge(topic, windows, limit);
  }

private:
  kafka_options options_;
  std::timed_mutex turn_;
};

} // namespace

std::unique_ptr<domain::dead_letter_log> make_dead_letter_log(const kafka_options& options) {
  return std::make_unique<rdkafka_dead_letter_log>(options);
}

} // namespace bankslip::kafka
