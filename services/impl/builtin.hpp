#pragma once

#include <chrono>
#include <memory>

#include "domain/ports.hpp"

namespace bankslip::services {

/// Slips that are pure functions of the debt; costs nothing and cannot fail.
std::unique_ptr<domain::boleto_service> make_builtin_boleto();

/// Takes every e-mail at once and sends none; counts them in the metrics.
std::unique_ptr<domain::email_service> make_builtin_email(std::chrono::seconds window);

} // namespace bankslip::services
