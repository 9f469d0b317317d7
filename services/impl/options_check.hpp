#pragma once

#include <string>

#include "services/impl/url.hpp"
#include "services/services.hpp"

namespace bankslip::services {

/// The kinds of address that each service takes.
bool is_http(const service_url& url) noexcept;
bool is_smtp(const service_url& url) noexcept;

/// Returns an address with its password left out; of text that is no address, which may
/// hold one too, only the scheme.
std::string shown(const std::string& text);

} // namespace bankslip::services
