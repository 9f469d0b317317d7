#include "domain/version.hpp"

namespace bankslip::domain {

const std::string_view version = BANKSLIP_VERSION;

} // namespace bankslip::domain
