#include <utility>
#include <vector>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "telemetry/impl/actor_counts.hpp"
#include "telemetry/impl/families.hpp"
#include "telemetry/impl/process_stats.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::telemetry {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

ClientMetric gauge(const char* label, std::string value, std::int64_t n) {
  ClientMetric metric;
  metric.label.push_back({label, std::move(value)});
  metric.gauge.value = static_cast<double>(n);
  return metric;
}

void append_partitions(std::vector<MetricFamily>& out) {
  auto& all = families();
  auto append = [&out](const char* name, const char* help, const auto& values) {
    MetricFamily family{name, help, MetricType::Gauge, {}};
    for (const auto& [partition, n] : values)
      family.metric.push_back(gauge("partition", std::to_string(partition), n));
    out.push_back(std::move(family));
  };
  const std::lock_guard lock{all.partitions_mutex};
  const auto& first = all.partitions_of(lanes_of::records);
  append("bankslip_consumer_lag", "Records of a partition not yet settled.", first.lag);
  append("bankslip_mail_lag", "Records of a partition that the mail stage has not settled.",
         all.partitions_of(lanes_of::mails).lag);
  append("bankslip_records_lost", "Offsets of a partition gone before their records were settled.",
         first.records_lost);
}

MetricFamily actors_family() {
  MetricFamily family{"bankslip_actors", "Actors alive.", MetricType::Gauge, {}};
  for (const auto& [kind, n] : actor_counts())
    family.metric.push_back(gauge("kind", kind, n));
  return family;
}

MetricFamily single(const char* name, const char* help, MetricType type, double value) {
  ClientMetric metric;
  if (type == MetricType::Counter)
    metric.counter.value = value;
  else
    metric.gauge.value = value;
  return {name, help, type, {metric}};
}

void append_process(std::vector<MetricFamily>& out) {
  const auto stats = read_process_stats();
  out.push_back(single("process_cpu_seconds_total", "User and system CPU time.",
                       MetricType::Counter, stats.cpu_seconds));
  out.push_back(single("process_resident_memory_bytes", "Resident memory.", MetricType::Gauge,
                       static_cast<double>(stats.resident_bytes)));
  out.push_back(
      single("process_threads", "Threads.", MetricType::Gauge, static_cast<double>(stats.threads)));
  out.push_back(single("process_open_fds", "Open file descriptors.", MetricType::Gauge,
                       static_cast<double>(stats.open_fds)));
  out.push_back(single("process_start_time_seconds", "Start, in seconds since 1970.",
                       MetricType::Gauge, stats.start_time_seconds));
}

} // namespace

std::string render_metrics() {
  auto all = families().registry.Collect();
  append_partitions(all);
  all.push_back(actors_family());
  append_process(all);
  return prometheus::TextSerializer{}.prometheus::Serializer::Serialize(all);
}

} // namespace bankslip::telemetry
