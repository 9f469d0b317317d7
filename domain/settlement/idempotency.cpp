#include "domain/settlement/idempotency.hpp"

#include <array>
#include <charconv>

#include "domain/crypto.hpp"
#include "domain/text/hex.hpp"

namespace bankslip::domain {

namespace {

sha256_digest attempt_digest(std::string_view debt_id, int attempt) {
  std::array<char, 12> suffix{':'};
  auto* end = std::to_chars(suffix.data() + 1, suffix.data() + suffix.size(), attempt).ptr;
  return sha256({debt_id, {suffix.data(), static_cast<std::size_t>(end - suffix.data())}});
}

} // namespace

std::string idempotency_key(std::string_view debt_id, int attempt) {
  return to_hex(attempt_digest(debt_id, attempt));
}

fingerprint attempt_fingerprint(std::string_view debt_id, int attempt) {
  auto digest = attempt_digest(debt_id, attempt);
  fingerprint f = 0;
  for (int i = 0; i < 8; ++i)
    f = f << 8 | digest[i];
  return f;
}

} // namespace bankslip::domain
