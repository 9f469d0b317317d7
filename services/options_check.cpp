#include "services/impl/options_check.hpp"

#include "services/impl/mail_message.hpp"

namespace bankslip::services {

std::string shown(const std::string& text) {
  if (auto url = parse_service_url(text))
    return url->base();
  auto colon = text.find("://");
  return colon == std::string::npos ? "(no URL)" : text.substr(0, colon) + "://…";
}

namespace {

caf::error check_url(const char* name, const std::string& text, bool mail) {
  const auto url = parse_service_url(text);
  if (text.empty() || (url && (is_http(*url) || (mail && is_smtp(*url)))))
    return {};
  return domain::make_error(
      domain::errc::invalid_input,
      std::string{name} + "=" + shown(text) + ": must be empty, "
          + (mail ? "http://host:port, https://host:port, smtp://user:pass@host:port or "
                    "smtps://user:pass@host:port"
                  : "or http://host:port or https://host:port without query"));
}

} // namespace

bool is_http(const service_url& url) noexcept {
  return url.scheme == "http" || url.scheme == "https";
}

bool is_smtp(const service_url& url) noexcept {
  return url.scheme == "smtp" || url.scheme == "smtps";
}

caf::error check_options(const service_options& options) {
  if (auto e = check_url("BOLETO_URL", options.boleto_url, false))
    return e;
  if (auto e = check_url("EMAIL_URL", options.email_url, true))
    return e;
  if (options.email_url.empty())
    return {};
  if (auto sender = parse_sender(options.mail_from); !sender)
    return sender.error();
  if (auto templates = load_templates(options.template_dir); !templates)
    return domain::make_error(domain::errc::invalid_input,
                              "EMAIL_TEMPLATES=" + options.template_dir + ": "
                                  + domain::message_of(templates.error()));
  return {};
}

} // namespace bankslip::services
