#include "telemetry/impl/families.hpp"

#include <string>

#include "domain/availability.hpp"
#include "domain/service_ports.hpp"
#include "domain/version.hpp"

namespace bankslip::telemetry {

namespace {

constexpr std::array outcomes = {"accepted",  "rejected",   "generated", "emailed",
                                 "duplicate", "conflict",   "failed",    "in_doubt",
                                 "put_off",   "unreadable", "held"};

constexpr std::array supervised = {"worker", "publisher", "consumer", "mail_consumer"};
constexpr std::array batch_kinds = {"chunk", "settled"};
constexpr std::array links = {"upload", "chunks", "stores",     "publisher",
                              "lanes",  "pool",   "mail_lanes", "mail_pool"};
constexpr std::array webhook_outcomes = {"delivered", "failed", "exhausted", "gone"};
constexpr std::array queues = {"stores", "lists", "publisher",  "lanes",    "pool",
                               "outbox", "audit", "mail_lanes", "mail_pool"};
constexpr std::array refusals = {"no_key",     "wrong_key", "several_keys", "no_session",
                                 "cross_site", "scope",     "rate",         "rows"};
constexpr std::array service_names = {"boleto", "email"};

const prometheus::Histogram::BucketBoundaries seconds_buckets = {
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
    0.1,    0.25,    0.5,    1,     2.5,    5,     10,   30,    60};
const prometheus::Histogram::BucketBoundaries rows_buckets = {1,   2,   5,    10,   20,   50,   100,
                                                              200, 500, 1000, 2000, 5000, 10000};

labelled<prometheus::Counter> counters(prometheus::Registry& registry, const char* name,
                                       const char* help) {
  using prometheus::Counter;
  auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  return labelled<Counter>{
      [&family](const prometheus::Labels& labels) -> Counter& { return family.Add(labels); }};
}

labelled<prometheus::Gauge> gauges(prometheus::Registry& registry, const char* name,
                                   const char* help) {
  using prometheus::Gauge;
  auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(registry);
  return labelled<Gauge>{
      [&family](const prometheus::Labels& labels) -> Gauge& { return family.Add(labels); }};
}

labelled<prometheus::Histogram> histograms(prometheus::Registry& registry, const char* name,
                                           const char* help,
                                           const prometheus::Histogram::BucketBoundaries& bounds) {
  using prometheus::Histogram;
  auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
  return labelled<Histogram>{[&family, &bounds](const prometheus::Labels& labels) -> Histogram& {
    return family.Add(labels, bounds);
  }};
}

} // namespace

metric_families::metric_families()
    : batch_rows{histograms(registry, "bankslip_batch_rows", "Rows in one batch, by kind of batch.",
                            rows_buckets)},
      rows{counters(registry, "bankslip_rows_total", "Rows by what became of them.")},
      credit{gauges(registry, "bankslip_credit", "Free places of a bounded link.")},
      in_flight{gauges(registry, "bankslip_in_flight", "Used places of a bounded link.")},
      queue_length{gauges(registry, "bankslip_queue_length", "Rows or batches that wait.")},
      restarts{counters(registry, "bankslip_actor_restarts_total",
                        "Actors that died and were started anew.")},
      http_requests{counters(registry, "bankslip_http_requests_total",
                             "Answered HTTP requests by route, method and status.")},
      access_refusals{counters(registry, "bankslip_access_refusals_total",
                               "Requests that were answered 401, 403 or 429, by reason.")},
      key_reloads{counters(registry, "bankslip_key_reloads_total",
                           "Times that API_KEYS_FILE was read anew.")},
      service_calls{counters(registry, "bankslip_service_calls_total",
                             "Calls to the boleto and e-mail services by outcome.")},
      breaker_open{gauges(registry, "bankslip_breaker_open",
                          "1 while a service's circuit breaker is open.")},
      away{gauges(registry, "bankslip_away", "Dependencies that are away, by kind.")},
      webhook_calls{counters(registry, "bankslip_webhook_calls_total",
                             "Calls to the webhooks' endpoint by outcome.")},
      unconfirmed_commits{counters(registry, "bankslip_commits_unconfirmed_total",
                                   "Commits without the word of the synchronous standby.")},
      mail_limit{gauges(registry, "bankslip_mail_limit",
                        "1 at what holds down the e-mails of the mail stage.")} {
  auto stages = histograms(registry, "bankslip_stage_seconds",
                           "Time of one batch in one stage of the pipeline.", seconds_buckets);
  for (std::size_t i = 0; i < stage_seconds.size(); ++i)
    stage_seconds[i] = &stages.with("stage", stage_names[i]);
  // Known from the start, so that a rate can be computed from the first one and an
  // alert always finds its series.
  for (const auto* outcome : outcomes)
    rows.with("outcome", outcome);
  for (const auto* kind : supervised)
    restarts.with("kind", kind);
  for (const auto* kind : batch_kinds)
    batch_rows.with("kind", kind);
  for (const auto* link : links) {
    credit.with("link", link);
    in_flight.with("link", link);
  }
  for (const auto* queue : queues)
    queue_length.with("queue", queue);
  for (const auto* limit : mail_limits)
    mail_limit.with("limit", limit);
  for (const auto* reason : refusals)
    access_refusals.with("reason", reason);
  for (const auto* result : {"ok", "failed"})
    key_reloads.with("result", result);
  for (std::size_t i = 0; i < domain::dependency_kinds; ++i)
    away.with("dependency", domain::to_string(static_cast<domain::dependency_kind>(i)));
  for (const auto* service : service_names) {
    breaker_open.with("service", service);
    for (std::size_t i = 0; i < domain::call_results; ++i)
      service_call(service, to_string(static_cast<domain::call_result>(i)));
    service_call(service, "retried");
  }
  for (const auto* reason : {"late", "cancelled"})
    unconfirmed_commits.with("reason", reason);
  for (const auto* outcome : webhook_outcomes)
    webhook_calls.with("outcome", outcome);
  const auto gauge = [this](const char* name, const char* help) {
    return &prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
  };
  database_synchronous =
      gauge("bankslip_database_synchronous", "1 while a commit waits for a synchronous standby.");
  webhooks_pending = gauge("bankslip_webhooks_pending", "Events to be told, at most 10,000.");
  webhook_oldest = gauge("bankslip_webhook_oldest_seconds", "Age of the oldest of these.");
  mail_rate = gauge("bankslip_mail_rate", "E-mails a second that the mail stage sends.");
  mail_allowed_rate =
      gauge("bankslip_mail_allowed_rate", "E-mails a second that it may send; 0: nobody says.");
  mail_oldest = gauge("bankslip_mail_oldest_seconds",
                      "How long the oldest e-mail has waited in the mail stage.");
  mail_eta = gauge("bankslip_mail_eta_seconds",
                   "Time until all of its e-mails are out; NaN: nobody knows.");
  mail_retention = gauge("bankslip_mail_retention_seconds",
                         "How long the topic keeps records for it; 0: not asked, or for ever.");
  outbox_oldest = gauge("bankslip_outbox_oldest_seconds",
                        "Since when the oldest entry of the last claim is due.");
  webhook_stopped = gauge("bankslip_webhook_stopped", "1 while the endpoint wants no calls (410).");
  http_request("/readyz", "GET", "200");
  const auto counter = [this](const char* name, const char* help) {
    return &prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
  };
  prometheus::BuildGauge()
      .Name("bankslip_build_info")
      .Help("1; its label is the program's version.")
      .Register(registry)
      .Add({{"version", std::string{domain::version}}})
      .Set(1);
  upload_bytes = counter("bankslip_upload_bytes_total", "Bytes of uploaded files.");
  audit_lost = counter("bankslip_audit_lost_total",
                       "Changes that the audit does not show, for lack of room.");
  batch_failures = counter("bankslip_batch_failures_total",
                           "Batches that could not be settled and are tried again.");
  dropped_event_streams = counter("bankslip_event_streams_dropped_total",
                                  "Event streams ended because their client was too slow.");
  event_streams = &prometheus::BuildGauge()
                       .Name("bankslip_event_streams")
                       .Help("Open streams of events.")
                       .Register(registry)
                       .Add({});
}

prometheus::Counter& metric_families::service_call(std::string_view service,
                                                   std::string_view outcome) {
  std::string key;
  key.append(service).append(1, ' ').append(outcome);
  return service_calls.get(key, [&] {
    return prometheus::Labels{{"service", std::string{service}}, {"outcome", std::string{outcome}}};
  });
}

prometheus::Counter& metric_families::http_request(std::string_view route, std::string_view method,
                                                   std::string_view status) {
  std::string key;
  key.append(route).append(1, ' ').append(method).append(1, ' ').append(status);
  return http_requests.get(key, [&] {
    return prometheus::Labels{{"route", std::string{route}},
                              {"method", std::string{method}},
                              {"status", std::string{status}}};
  });
}

metric_families& families() {
  static auto& instance = *new metric_families;
  return instance;
}

} // namespace bankslip::telemetry
