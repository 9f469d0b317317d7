#pragma once

#include <memory>

#include "services/impl/mail_template.hpp"
#include "services/services.hpp"

namespace bankslip::services {

/// Slips from a service over HTTP; see docs/SERVICES.md. `options` must have
/// passed `check_options`.
std::unique_ptr<domain::boleto_service> make_http_boleto(const service_options& options);

/// E-mails by a service over HTTP.
std::unique_ptr<domain::email_service> make_http_email(const service_options& options,
                                                       shared_mail_templates templates);

/// E-mails by an SMTP server.
std::unique_ptr<domain::email_service> make_smtp_email(const service_options& options,
                                                       shared_mail_templates templates);

} // namespace bankslip::services
