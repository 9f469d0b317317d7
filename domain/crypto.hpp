#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

/// libcrypto's own.
struct evp_md_ctx_st;

/// Digests and secrets, by libcrypto. Functions are thread-safe.
namespace bankslip::domain {

using sha256_digest = std::array<std::uint8_t, 32>;

/// SHA-256 (FIPS 180-4) of `bytes`.
sha256_digest sha256(std::string_view bytes);
/// The same of all parts, one behind the other.
sha256_digest sha256(std::initializer_list<std::string_view> parts);

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

/// Whether both are the same, in a time that does not tell where they differ.
bool same_digest(const sha256_digest& a, const sha256_digest& b) noexcept;

/// `bytes` bytes that nobody can guess, as base64url (RFC 4648, section 5) without
/// padding.
std::string random_token(std::size_t bytes);

} // namespace bankslip::domain
