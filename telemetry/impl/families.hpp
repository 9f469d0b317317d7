#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string_view>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "telemetry/impl/labelled.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::telemetry {

/// Figures of the partitions of one stage, by partition.
struct partition_figures {
  std::map<std::int32_t, std::int64_t> lag;
  std::map<std::int32_t, std::int64_t> records_lost;
  std::map<std::int32_t, lane_figures> lanes;
};

/// Every family of the process, one member a metric. Made once, never
/// destroyed. Thread-safe.
struct metric_families {
  metric_families();

  prometheus::Counter& service_call(std::string_view service, std::string_view outcome);
  prometheus::Counter& http_request(std::string_view route, std::string_view method,
                                    std::string_view status);

  prometheus::Registry registry;
  std::array<prometheus::Histogram*, 6> stage_seconds{};
  labelled<prometheus::Histogram> batch_rows;
  labelled<prometheus::Counter> rows;
  labelled<prometheus::Gauge> credit;
  labelled<prometheus::Gauge> in_flight;
  labelled<prometheus::Gauge> queue_length;
  labelled<prometheus::Counter> restarts;
  labelled<prometheus::Counter> http_requests;
  labelled<prometheus::Counter> access_refusals;
  labelled<prometheus::Counter> key_reloads;
  labelled<prometheus::Counter> service_calls;
  labelled<prometheus::Gauge> breaker_open;
  labelled<prometheus::Gauge> away;
  labelled<prometheus::Counter> webhook_calls;
  labelled<prometheus::Counter> unconfirmed_commits;
  prometheus::Gauge* webhooks_pending = nullptr;
  prometheus::Gauge* webhook_oldest = nullptr;
  prometheus::Gauge* webhook_stopped = nullptr;
  prometheus::Counter* upload_bytes = nullptr;
  prometheus::Counter* audit_lost = nullptr;
  prometheus::Counter* batch_failures = nullptr;
  prometheus::Gauge* database_synchronous = nullptr;
  prometheus::Counter* dropped_event_streams = nullptr;
  prometheus::Gauge* event_streams = nullptr;
  prometheus::Gauge* mail_rate = nullptr;
  prometheus::Gauge* mail_allowed_rate = nullptr;
  prometheus::Gauge* mail_oldest = nullptr;
  prometheus::Gauge* mail_eta = nullptr;
  prometheus::Gauge* mail_retention = nullptr;
  prometheus::Gauge* outbox_oldest = nullptr;
  labelled<prometheus::Gauge> mail_limit;

  /// Partitions come and go, so they are not kept in the registry.
  std::mutex partitions_mutex;
  partition_figures& partitions_of(lanes_of stage) {
    return partitions[static_cast<std::size_t>(stage)];
  }
  std::array<partition_figures, 2> partitions;
};

/// Values of the label `limit`.
inline constexpr std::array<const char*, 5> mail_limits = {"none", "setting", "provider",
                                                           "retry_after", "schedule"};

/// Values of the label `stage`, in the order of `stage`.
inline constexpr std::array stage_names = {"parse", "publish", "check", "boleto", "email", "store"};

metric_families& families();

} // namespace bankslip::telemetry
