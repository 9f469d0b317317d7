#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "domain/ports.hpp"

/// libcrypto's own.
struct evp_md_ctx_st;

namespace bankslip::domain {

using sha256_digest = std::array<std::uint8_t, 32>;

/// SHA-256 (FIPS 180-4) of `bytes`. Thread-safe.
sha256_digest sha256(std::string_view bytes);

/// SHA-256 of bytes that come in pieces. One thread.
class sha256_sum {
public:
  sha256_sum();
  void add(std::string_view bytes);
  /// Nothing can be added afterwards.
  sha256_digest finish();

private:
  struct deleter {
    void operator()(evp_md_ctx_st* p) const noexcept;
  };
  std::unique_ptr<evp_md_ctx_st, deleter> context_;
};

/// Key of the e-mail of one attempt on one debt: 64 hex digits, SHA-256 of
/// "debt_id:attempt". The same in every process and for ever.
std::string idempotency_key(std::string_view debt_id, int attempt);

/// First 64 bits of that key.
fingerprint attempt_fingerprint(std::string_view debt_id, int attempt);

} // namespace bankslip::domain
