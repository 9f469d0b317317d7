#include "app/config.hpp"

#include <cstdlib>

#include "app/settings.hpp"
#include "app/values.hpp"

namespace bankslip::app {

namespace {

struct found_value {
  /// "SERVER_PORT" or "--server-port"
  std::string name;
  std::string text;
};

std::optional<found_value> find_value(const config_sources& sources, const setting& s) {
  if (const auto at = sources.command_line.find(s.variable); at != sources.command_line.end())
    return found_value{s.option, at->second};
  if (sources.environment)
    if (auto text = sources.environment(s.variable))
      return found_value{s.variable, std::move(*text)};
  if (const auto at = sources.file.find(s.variable); at != sources.file.end())
    return found_value{s.variable + " in .env", at->second};
  return std::nullopt;
}

std::string refusal(const found_value& found, const setting& s) {
  const auto shown = s.secret && !found.text.empty() ? "***" : shown_value(found.text);
  return found.name + "=" + shown + ": must be " + s.allowed;
}

bool is_smtp(std::string_view url) {
  return url.substr(0, 7) == "smtp://" || url.substr(0, 8) == "smtps://";
}

/// What no single value can show.
std::optional<std::string> check_together(const config& c) {
  if (c.kafka.topic == c.kafka.dead_letter_topic)
    return "BANKSLIP_DLQ_TOPIC=" + c.kafka.dead_letter_topic
           + ": must be another topic than BANKSLIP_TOPIC";
  if (c.role != role::worker && c.admin.port != 0 && c.admin.port == c.api.listen.port
      && c.admin.host == c.api.listen.host)
    return "ADMIN_PORT=" + std::to_string(c.admin.port)
           + ": must be another port than SERVER_PORT, or 0 for any free one";
  if (is_smtp(c.services.email_url) && c.services.idempotency_window.count() != 0)
    return "EMAIL_IDEMPOTENCY_WINDOW=" + format_duration(c.services.idempotency_window)
           + ": must be 0 with SMTP, whose servers know no idempotency key";
  return std::nullopt;
}

} // namespace

std::string_view to_string(role r) noexcept {
  switch (r) {
    case role::api:
      return "api";
    case role::worker:
      return "worker";
    default:
      return "all";
  }
}

std::optional<std::string> load_config(const config_sources& sources, config& out) {
  out = config{};
  out.log.format = sources.on_terminal ? telemetry::log_format::plain : telemetry::log_format::json;
  bool window_is_set = false;
  for (const auto& s : settings()) {
    const auto found = find_value(sources, s);
    if (found && !s.take(out, found->text))
      return refusal(*found, s);
    window_is_set |= found && s.variable == "EMAIL_IDEMPOTENCY_WINDOW";
  }
  if (!window_is_set && is_smtp(out.services.email_url))
    out.services.idempotency_window = std::chrono::seconds{0};
  return check_together(out);
}

std::optional<std::string> environment_variable(const std::string& name) {
  const auto* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

} // namespace bankslip::app
