#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "domain/validation_policy.hpp"
#include "http/api/api.hpp"
#include "kafka/kafka.hpp"
#include "persistence/persistence.hpp"
#include "services/services.hpp"
#include "telemetry/log.hpp"

namespace bankslip::app {

/// Which parts of the system a process runs.
enum class role {
  /// Both of the others in one process.
  all,
  /// HTTP and publishing.
  api,
  /// Consuming and settling.
  worker,
};

/// When e-mails go out.
enum class mail_delivery {
  /// In the transaction that writes the row.
  at_once,
  /// By a stage of its own, at the provider's pace; slips do not wait for it.
  paced,
};

/// Everything that can be set from outside. The values here are the defaults;
/// `app/settings.cpp` gives each its variable and its limits.
struct config {
  app::role role = app::role::all;
  /// SERVER_HOST, SERVER_PORT, UPLOAD_MAX_BYTES.
  http::api_options api;
  /// ADMIN_HOST, ADMIN_PORT: health, metrics, actors. Port 0: any free one.
  http::listen_options admin{"127.0.0.1", 9464};
  /// API_KEYS_FILE; empty: no keys, and the API listens on a loopback address only.
  std::string api_keys_file;
  /// AUTH: false lets everybody do everything, wherever the API listens.
  bool auth = true;
  /// CORS_ORIGINS, as written.
  std::string cors_origins;
  /// KAFKA_…, BANKSLIP_TOPIC, BANKSLIP_DLQ_TOPIC, TOPIC_….
  kafka::kafka_options kafka;
  /// POSTGRES_….
  persistence::postgres_options postgres;
  /// POSTGRES_REQUIRE_SYNC: no start and no upload without a synchronous standby.
  bool requires_synchronous = false;
  /// BOLETO_URL, EMAIL_…, SERVICE_…, BENEFICIARY_…, PIX_KEY.
  services::service_options services;
  /// EMAIL_DELIVERY.
  mail_delivery delivery = mail_delivery::at_once;
  /// EMAIL_RATE, EMAIL_BURST: messages a second of all processes, and at once; 0: found
  /// out, one second's worth.
  std::uint32_t mail_rate = 0;
  std::uint32_t mail_burst = 0;
  /// EMAIL_SCHEDULE, EMAIL_DOMAIN_RATE, as written; empty: always, no limits.
  std::string mail_schedule;
  std::string mail_domain_rates;
  /// WEBHOOK_URL, WEBHOOK_SECRET, WEBHOOK_ALLOW_PRIVATE.
  services::webhook_options webhooks;
  /// WEBHOOK_EVENTS. They are written where there is a WEBHOOK_URL.
  std::string webhook_events = "upload.done,upload.aborted,bankslip.failed,bankslip.in_doubt";
  /// LOG_LEVEL, LOG_FORMAT.
  telemetry::log_options log;
  /// Rows that one CHUNK validates and publishes at a time.
  std::size_t chunk_size = 1000;
  /// Database workers. Three were the best on two cores; more only helps with
  /// more cores or slow services.
  int workers = 3;
  /// Longest time of a graceful stop; after it the process ends as it is.
  std::chrono::milliseconds shutdown_timeout{20'000};
  /// RETENTION_DAYS; 0: everything is kept.
  int retention_days = 0;
  /// VALIDATE_GOVERNMENT_ID, DUE_DATE_WINDOW: for files, POST and messages alike.
  domain::validation_policy validation{domain::government_id_check::off,
                                       domain::due_date_window::reject};
};

} // namespace bankslip::app
