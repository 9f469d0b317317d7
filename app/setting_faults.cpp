#include "app/setting_faults.hpp"

#include <utility>
#include <vector>

#include "cli/values.hpp"
#include "domain/error.hpp"
#include "domain/text/parse.hpp"
#include "http/api/cors.hpp"
#include "http/api/credentials.hpp"

namespace bankslip::app {

namespace {

using namespace std::chrono_literals;

/// Whoever can reach an address that is not the machine's own needs a key.
std::string fault_of_access(const config& c) {
  if (c.auth && c.api_keys_file.empty() && c.role != role::worker
      && !http::is_loopback(c.api.listen.host))
    return "SERVER_HOST=" + c.api.listen.host
           + ": must be a loopback address such as 127.0.0.1, unless keys are given by "
             "API_KEYS_FILE or AUTH=off says that everybody may do everything";
  return {};
}

/// Nobody is to believe in a pace that there is not. An `api` process sends nothing.
std::string fault_of_pace(const cli::option_list& list, const config& c) {
  if (c.delivery == mail_delivery::paced || c.role == role::api)
    return {};
  const char* why = list.is_set("EMAIL_DELIVERY") ? "EMAIL_DELIVERY is inline"
                                                  : "without an EMAIL_URL they are not";
  const auto rate = c.mail_rate == 0 ? std::string{} : std::to_string(c.mail_rate);
  for (const auto& [name, value] : {std::pair{"EMAIL_RATE", rate},
                                    {"EMAIL_SCHEDULE", c.mail_schedule},
                                    {"EMAIL_DOMAIN_RATE", c.mail_domain_rates}})
    if (!value.empty())
      return std::string{name} + "=" + value + ": only paced e-mails have a pace, and " + why;
  return {};
}

} // namespace

std::string fault_of_servers(const config& c) {
  const auto fault = persistence::check_servers(c.postgres);
  return fault ? domain::message_of(fault) : std::string{};
}

std::optional<domain::event_set> events_in(std::string_view names) {
  domain::event_set out;
  while (!names.empty()) {
    const auto kind = domain::event_kind_of(domain::take_until(',', names));
    if (!kind)
      return std::nullopt;
    out.add(*kind);
  }
  return out;
}

std::string complete(const cli::option_list& list, config& c) {
  auto& window = c.services.idempotency_window;
  const auto& mail = c.services.email_url;
  c.api.cors_origins = http::parse_origins(c.cors_origins).value_or(std::vector<std::string>{});
  for (auto fault : {fault_of_access(c), fault_of_servers(c)})
    if (!fault.empty())
      return fault;
  const bool is_smtp = mail.starts_with("smtp://") || mail.starts_with("smtps://");
  // The built-in mock has no pace.
  if (!mail.empty() && !list.is_set("EMAIL_DELIVERY"))
    c.delivery = mail_delivery::paced;
  if (auto fault = fault_of_pace(list, c); !fault.empty())
    return fault;
  if (is_smtp && !list.is_set("EMAIL_IDEMPOTENCY_WINDOW"))
    window = 0s;
  if (is_smtp && window != 0s)
    return "EMAIL_IDEMPOTENCY_WINDOW=" + cli::format_duration(window)
           + ": must be 0 with SMTP, whose servers know no idempotency key";
  c.postgres.topic = c.kafka.topic;
  if (!c.webhooks.url.empty())
    c.postgres.events = events_in(c.webhook_events).value_or(domain::event_set{});
  if (c.kafka.topic == c.kafka.dead_letter_topic)
    return "BANKSLIP_DLQ_TOPIC=" + c.kafka.dead_letter_topic
           + ": must be another topic than BANKSLIP_TOPIC";
  if (c.role != role::worker && c.admin.port != 0 && c.admin.port == c.api.listen.port
      && c.admin.host == c.api.listen.host)
    return "ADMIN_PORT=" + std::to_string(c.admin.port)
           + ": must be another port than SERVER_PORT, or 0 for any free one";
  return {};
}

} // namespace bankslip::app
