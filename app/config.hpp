#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "app/dotenv.hpp"
#include "domain/government_id.hpp"
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

std::string_view to_string(role r) noexcept;

/// Everything that can be set from outside, checked. Defaults are those of an
/// empty environment; `app/settings.cpp` lists variables and limits.
struct config {
  app::role role = app::role::all;
  /// SERVER_HOST, SERVER_PORT, UPLOAD_MAX_BYTES.
  http::api_options api;
  /// ADMIN_HOST, ADMIN_PORT: health, metrics, actors. Port 0: any free one.
  http::listen_options admin{"127.0.0.1", 9464};
  /// KAFKA_…, BANKSLIP_TOPIC, BANKSLIP_DLQ_TOPIC, TOPIC_….
  kafka::kafka_options kafka;
  /// POSTGRES_….
  persistence::postgres_options postgres;
  /// BOLETO_URL, EMAIL_…, SERVICE_…, BENEFICIARY_…, PIX_KEY.
  services::service_options services;
  /// LOG_LEVEL, LOG_FORMAT.
  telemetry::log_options log;
  /// Rows that one CHUNK validates and publishes at a time.
  std::size_t chunk_size = 1000;
  /// Database workers. Three were the best on two cores; more only helps with
  /// more cores or slow services.
  int workers = 3;
  /// Longest time of a graceful stop; after it the process ends as it is.
  std::chrono::milliseconds shutdown_timeout{20'000};
  domain::government_id_check validate_government_id = domain::government_id_check::off;
};

/// Where values come from, the strongest first: `command_line` (by name of the
/// variable), `environment`, `file` (`.env`), the default.
struct config_sources {
  std::map<std::string, std::string, std::less<>> command_line;
  /// Value of a variable; nothing when it is not set.
  std::function<std::optional<std::string>(const std::string&)> environment;
  dotenv file;
  /// Standard error is a terminal: logs are plain unless LOG_FORMAT is set.
  bool on_terminal = false;
};

/// Reads `out` from the sources. Answers what is wrong in one line that names
/// the variable or option, the value and what is allowed:
/// "SERVER_PORT=abc: must be a whole number, 0 to 65535". Passwords are not
/// shown.
std::optional<std::string> load_config(const config_sources& sources, config& out);

/// The process's environment, for `config_sources`.
std::optional<std::string> environment_variable(const std::string& name);

} // namespace bankslip::app
