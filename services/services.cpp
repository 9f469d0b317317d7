#include "services/services.hpp"

#include "services/impl/builtin.hpp"
#include "services/impl/options_check.hpp"
#include "services/impl/remote.hpp"

namespace bankslip::services {

std::unique_ptr<domain::boleto_service> make_boleto_service(const service_options& options) {
  if (options.boleto_url.empty())
    return make_builtin_boleto();
  return make_http_boleto(options);
}

std::unique_ptr<domain::email_service> make_email_service(const service_options& options) {
  if (options.email_url.empty())
    return make_builtin_email(options.idempotency_window);
  auto templates = shared_templates(options.template_dir);
  if (is_smtp(parse_service_url(options.email_url).value()))
    return make_smtp_email(options, std::move(templates));
  return make_http_email(options, std::move(templates));
}

} // namespace bankslip::services
