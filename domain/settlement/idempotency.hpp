#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "domain/ports.hpp"

namespace bankslip::domain {

using sha256_digest = std::array<std::uint8_t, 32>;

/// SHA-256 (FIPS 180-4) of `bytes`. Thread-safe.
sha256_digest sha256(std::string_view bytes);

/// Key of the e-mail of one attempt on one debt: 64 hex digits, SHA-256 of
/// "debt_id:attempt". The same in every process and for ever.
std::string idempotency_key(std::string_view debt_id, int attempt);

/// First 64 bits of that key.
fingerprint attempt_fingerprint(std::string_view debt_id, int attempt);

} // namespace bankslip::domain
