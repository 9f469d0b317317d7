#pragma once

#include <string>
#include <string_view>

#include "domain/crypto.hpp"
#include "domain/ports.hpp"

namespace bankslip::domain {

/// Key of the e-mail of one attempt on one debt: 64 hex digits, SHA-256 of
/// "debt_id:attempt". The same in every process and for ever.
std::string idempotency_key(std::string_view debt_id, int attempt);

/// First 64 bits of that key.
fingerprint attempt_fingerprint(std::string_view debt_id, int attempt);

} // namespace bankslip::domain
