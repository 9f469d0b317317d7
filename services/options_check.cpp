#include "services/impl/options_check.hpp"

#include "services/impl/mail_message.hpp"

namespace bankslip::services {

namespace {

caf::error bad(std::string_view option, std::string_view value, std::string_view allowed) {
  std::string text{option};
  text.append("=").append(value).append(": must be ").append(allowed);
  return domain::make_error(domain::errc::invalid_input, std::move(text));
}

/// An address with its password left out; text that is no address may hold
/// one too, so only its scheme is shown.
std::string shown(const std::string& text) {
  if (auto url = parse_service_url(text))
    return url->base();
  auto colon = text.find("://");
  return colon == std::string::npos ? "(no URL)" : text.substr(0, colon) + "://…";
}

caf::error check_urls(const service_options& o) {
  if (!o.boleto_url.empty()) {
    auto url = parse_service_url(o.boleto_url);
    if (!url || !is_http(*url))
      return bad("BOLETO_URL", shown(o.boleto_url),
                 "empty, or http://host:port or https://host:port without query");
  }
  if (!o.email_url.empty()) {
    auto url = parse_service_url(o.email_url);
    if (!url || (!is_http(*url) && !is_smtp(*url)))
      return bad("EMAIL_URL", shown(o.email_url),
                 "empty, http://host:port, https://host:port, smtp://user:pass@host:port or "
                 "smtps://user:pass@host:port");
  }
  return {};
}

caf::error check_numbers(const service_options& o) {
  using namespace std::chrono_literals;
  if (o.parallel_calls < 1 || o.parallel_calls > 1024)
    return bad("parallel calls", std::to_string(o.parallel_calls), "1 to 1024");
  if (o.tries < 1 || o.tries > 20)
    return bad("tries", std::to_string(o.tries), "1 to 20");
  if (o.breaker_failures < 1)
    return bad("breaker failures", std::to_string(o.breaker_failures), "1 or more");
  if (o.connect_timeout < 1ms || o.call_timeout < 1ms || o.breaker_pause < 1ms)
    return bad("service time-outs", "0", "1 ms or more");
  if (o.idempotency_window < 0s)
    return bad("EMAIL_IDEMPOTENCY_WINDOW", std::to_string(o.idempotency_window.count()),
               "0 or more seconds");
  return {};
}

} // namespace

bool is_http(const service_url& url) noexcept {
  return url.scheme == "http" || url.scheme == "https";
}

bool is_smtp(const service_url& url) noexcept {
  return url.scheme == "smtp" || url.scheme == "smtps";
}

caf::error check_options(const service_options& options) {
  if (auto e = check_urls(options))
    return e;
  if (auto e = check_numbers(options))
    return e;
  if (options.email_url.empty())
    return {};
  if (auto sender = parse_sender(options.mail_from); !sender)
    return sender.error();
  auto templates = load_templates(options.template_dir);
  return templates ? caf::error{} : templates.error();
}

} // namespace bankslip::services
