#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string_view>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "telemetry/impl/labelled.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::telemetry {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;

/// Make a family with one label, and its metrics of these values.
using label_values = std::vector<std::string_view>;
labelled<Counter> counters(prometheus::Registry& registry, const char* name, const char* help,
                           const char* label = "", const label_values& values = {});
labelled<Gauge> gauges(prometheus::Registry& registry, const char* name, const char* help,
                       const char* label, const label_values& values = {});
labelled<Histogram> histograms(prometheus::Registry& registry, const char* name, const char* help,
                               Histogram::BucketBoundaries bounds, const char* label,
                               const label_values& values);
/// Make a family of one metric, without labels.
Counter& counter(prometheus::Registry& registry, const char* name, const char* help);
Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help);

/// In the order of `stage`.
inline constexpr std::array<std::string_view, 6> stage_labels{"parse",  "publish", "check",
                                                              "boleto", "email",   "store"};
static_assert(stage_labels.size() == static_cast<std::size_t>(stage::store) + 1);
inline label_values links() {
  return {"upload", "chunks", "stores", "publisher", "lanes", "pool", "mail_lanes", "mail_pool"};
}

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

  Histogram& time_of(stage s) {
    return stage_seconds.with(stage_labels[static_cast<std::size_t>(s)]);
  }
  Counter& service_call(std::string_view service, std::string_view outcome);
  Counter& http_request(std::string_view route, std::string_view method, std::string_view status);
  partition_figures& partitions_of(lanes_of stage) {
    return partitions[static_cast<std::size_t>(stage)];
  }

  prometheus::Registry registry;
  labelled<Histogram> stage_seconds = histograms(
      registry, "bankslip_stage_seconds", "Time of one batch in one stage of the pipeline.",
      {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
       10, 30, 60},
      "stage", {stage_labels.begin(), stage_labels.end()});
  labelled<Histogram> batch_rows = histograms(
      registry, "bankslip_batch_rows", "Rows in one batch, by kind of batch.",
      {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000}, "kind", {"chunk", "settled"});
  labelled<Counter> rows =
      counters(registry, "bankslip_rows_total", "Rows by what became of them.", "outcome",
               {"accepted", "rejected", "generated", "emailed", "duplicate", "conflict", "failed",
                "in_doubt", "put_off", "unreadable", "held"});
  labelled<Gauge> credit =
      gauges(registry, "bankslip_credit", "Free places of a bounded link.", "link", links());
  labelled<Gauge> in_flight =
      gauges(registry, "bankslip_in_flight", "Used places of a bounded link.", "link", links());
  labelled<Gauge> queue_length =
      gauges(registry, "bankslip_queue_length", "Rows or batches that wait.", "queue",
             {"stores", "lists", "publisher", "lanes", "pool", "outbox", "audit", "mail_lanes",
              "mail_pool"});
  labelled<Counter> restarts =
      counters(registry, "bankslip_actor_restarts_total", "Actors that died and were started anew.",
               "kind", {"worker", "publisher", "consumer", "mail_consumer"});
  labelled<Counter> http_requests = counters(registry, "bankslip_http_requests_total",
                                             "Answered HTTP requests by route, method and status.");
  labelled<Counter> access_refusals = counters(
      registry, "bankslip_access_refusals_total",
      "Requests that were answered 401, 403 or 429, by reason.", "reason",
      {"no_key", "wrong_key", "several_keys", "no_session", "cross_site", "scope", "rate", "rows"});
  labelled<Counter> key_reloads =
      counters(registry, "bankslip_key_reloads_total", "Times that API_KEYS_FILE was read anew.",
               "result", {"ok", "failed"});
  labelled<Counter> service_calls = counters(registry, "bankslip_service_calls_total",
                                             "Calls to the boleto and e-mail services by outcome.");
  labelled<Gauge> breaker_open =
      gauges(registry, "bankslip_breaker_open", "1 while a service's circuit breaker is open.",
             "service", {"boleto", "email"});
  labelled<Gauge> away =
      gauges(registry, "bankslip_away", "Dependencies that are away, by kind.", "dependency");
  labelled<Counter> webhook_calls = counters(
      registry, "bankslip_webhook_calls_total", "Calls to the webhooks' endpoint by outcome.",
      "outcome", {"delivered", "failed", "exhausted", "gone"});
  labelled<Counter> unconfirmed_commits = counters(
      registry, "bankslip_commits_unconfirmed_total",
      "Commits without the word of the synchronous standby.", "reason", {"late", "cancelled"});
  labelled<Gauge> mail_limit =
      gauges(registry, "bankslip_mail_limit", "1 at what holds down the e-mails of the mail stage.",
             "limit", {"none", "setting", "provider", "retry_after", "schedule"});
  Gauge& webhooks_pending =
      gauge(registry, "bankslip_webhooks_pending", "Events to be told, at most 10,000.");
  Gauge& webhook_oldest =
      gauge(registry, "bankslip_webhook_oldest_seconds", "Age of the oldest of these.");
  Gauge& webhook_stopped =
      gauge(registry, "bankslip_webhook_stopped", "1 while the endpoint wants no calls (410).");
  Counter& upload_bytes =
      counter(registry, "bankslip_upload_bytes_total", "Bytes of uploaded files.");
  Counter& audit_lost = counter(registry, "bankslip_audit_lost_total",
                                "Changes that the audit does not show, for lack of room.");
  Counter& batch_failures = counter(registry, "bankslip_batch_failures_total",
                                    "Batches that could not be settled and are tried again.");
  Gauge& database_synchronous = gauge(registry, "bankslip_database_synchronous",
                                      "1 while a commit waits for a synchronous standby.");
  Counter& dropped_event_streams =
      counter(registry, "bankslip_event_streams_dropped_total",
              "Event streams ended because their client was too slow.");
  Gauge& event_streams = gauge(registry, "bankslip_event_streams", "Open streams of events.");
  Gauge& mail_rate =
      gauge(registry, "bankslip_mail_rate", "E-mails a second that the mail stage sends.");
  Gauge& mail_allowed_rate = gauge(registry, "bankslip_mail_allowed_rate",
                                   "E-mails a second that it may send; 0: nobody says.");
  Gauge& mail_oldest = gauge(registry, "bankslip_mail_oldest_seconds",
                             "How long the oldest e-mail has waited in the mail stage.");
  Gauge& mail_eta = gauge(registry, "bankslip_mail_eta_seconds",
                          "Time until all of its e-mails are out; NaN: nobody knows.");
  Gauge& mail_retention = gauge(registry, "bankslip_mail_retention_seconds",
                                "How long the topic keeps records for it; 0: not asked, or for "
                                "ever.");
  Gauge& outbox_oldest = gauge(registry, "bankslip_outbox_oldest_seconds",
                               "Since when the oldest entry of the last claim is due.");

  /// Partitions come and go, so they are not kept in the registry.
  std::mutex partitions_mutex;
  std::array<partition_figures, 2> partitions;
};

metric_families& families();

} // namespace bankslip::telemetry
