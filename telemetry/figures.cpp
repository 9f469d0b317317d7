#include "telemetry/figures.hpp"

#include <array>
#include <cmath>
#include <mutex>
#include <vector>

#include "telemetry/impl/families.hpp"
#include "telemetry/impl/process_stats.hpp"
#include "telemetry/impl/rate_window.hpp"

namespace bankslip::telemetry {

namespace {

constexpr std::array rated = {"accepted", "generated", "emailed", "failed"};

std::int64_t whole(double value) { return std::llround(value); }

/// Less than this is no time to speak of a rate.
constexpr double least_seconds = 0.1;

void read_rates(process_figures& out) {
  auto& all = families();
  std::vector<double> totals;
  totals.reserve(rated.size() + 2 * stage_labels.size());
  for (const auto* outcome : rated)
    totals.push_back(all.rows.with(outcome).Value());
  for (const auto name : stage_labels) {
    const auto now = all.stage_seconds.with(name).Collect().histogram;
    totals.push_back(now.sample_sum);
    totals.push_back(static_cast<double>(now.sample_count));
  }
  static std::mutex mutex;
  static rate_window window;
  const std::lock_guard lock{mutex};
  const auto rise = window.look(std::chrono::steady_clock::now(), std::move(totals));
  for (std::size_t i = 0; i < rated.size(); ++i)
    out.rates[rated[i]] = rise.seconds < least_seconds ? 0 : whole(rise.by[i] / rise.seconds);
  const auto* spent = &rise.by[rated.size()];
  for (const auto name : stage_labels) {
    out.stage_us[std::string{name}] = spent[1] > 0 ? whole(spent[0] / spent[1] * 1e6) : 0;
    spent += 2;
  }
}

/// Its caller holds `partitions_mutex`.
std::optional<mail_figures> read_mail(metric_families& all) {
  const auto& lag = all.partitions_of(lanes_of::mails).lag;
  if (lag.empty())
    return std::nullopt;
  mail_figures out;
  out.rate = whole(all.mail_rate.Value());
  out.allowed = whole(all.mail_allowed_rate.Value());
  all.mail_limit.each([&](const auto& limit, auto& holds) {
    if (holds.Value() > 0)
      out.limit = limit;
  });
  for (const auto& [partition, records] : lag)
    out.lag += records;
  return out;
}

} // namespace

process_figures read_figures() {
  static const auto started_at = static_cast<std::int64_t>(read_process_stats().start_time_seconds);
  process_figures out;
  out.started_at += std::chrono::seconds{started_at};
  read_rates(out);
  auto& all = families();
  all.in_flight.each(
      [&](const auto& link, auto& n) { out.links[link].in_flight = whole(n.Value()); });
  all.credit.each([&](const auto& link, auto& n) { out.links[link].credit = whole(n.Value()); });
  all.queue_length.each([&](const auto& queue, auto& n) { out.queues[queue] = whole(n.Value()); });
  all.restarts.each([&](const auto& kind, auto& n) { out.restarts[kind] = whole(n.Value()); });
  all.breaker_open.each(
      [&](const auto& service, auto& n) { out.breakers[service] = n.Value() > 0; });
  const std::lock_guard lock{all.partitions_mutex};
  const auto& first = all.partitions_of(lanes_of::records);
  out.lanes = first.lanes;
  for (auto& [partition, lane] : out.lanes)
    if (const auto lag = first.lag.find(partition); lag != first.lag.end())
      lane.lag = lag->second;
  out.mail = read_mail(all);
  return out;
}

} // namespace bankslip::telemetry
