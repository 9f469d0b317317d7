#include "services/services.hpp"

#include "services/impl/builtin.hpp"

namespace bankslip::services {

std::unique_ptr<domain::boleto_service> make_boleto_service(const service_options&) {
  return make_builtin_boleto();
}

std::unique_ptr<domain::email_service> make_email_service(const service_options& options) {
  return make_builtin_email(options.idempotency_window);
}

} // namespace bankslip::services
