#pragma once

#include "services/impl/url.hpp"
#include "services/services.hpp"

namespace bankslip::services {

/// The kinds of address that each service takes.
bool is_http(const service_url& url) noexcept;
bool is_smtp(const service_url& url) noexcept;

} // namespace bankslip::services
