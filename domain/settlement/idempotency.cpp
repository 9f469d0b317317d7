#include "domain/settlement/idempotency.hpp"

#include <charconv>
#include <initializer_list>
#include <memory>
#include <stdexcept>

#include <openssl/evp.h>

#include "domain/text/hex.hpp"

namespace bankslip::domain {

namespace {

struct context_deleter {
  void operator()(EVP_MD_CTX* p) const noexcept { EVP_MD_CTX_free(p); }
};

// Fetching the algorithm on each call costs more than the digest itself.
EVP_MD_CTX* thread_context() {
  thread_local std::unique_ptr<EVP_MD_CTX, context_deleter> ctx{EVP_MD_CTX_new()};
  return ctx.get();
}

const EVP_MD* algorithm() {
  static const EVP_MD* md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return md;
}

void must(int answer) {
  if (answer != 1)
    throw std::runtime_error("libcrypto cannot compute SHA-256");
}

sha256_digest digest_of(std::initializer_list<std::string_view> parts) {
  sha256_digest out;
  auto* ctx = thread_context();
  must(EVP_DigestInit_ex2(ctx, algorithm(), nullptr));
  for (auto part : parts)
    must(EVP_DigestUpdate(ctx, part.data(), part.size()));
  must(EVP_DigestFinal_ex(ctx, out.data(), nullptr));
  return out;
}

sha256_digest attempt_digest(std::string_view debt_id, int attempt) {
  std::array<char, 12> suffix{':'};
  auto* end = std::to_chars(suffix.data() + 1, suffix.data() + suffix.size(), attempt).ptr;
  return digest_of({debt_id, {suffix.data(), static_cast<std::size_t>(end - suffix.data())}});
}

} // namespace

sha256_digest sha256(std::string_view bytes) { return digest_of({bytes}); }

sha256_sum::sha256_sum() : context_{EVP_MD_CTX_new()} {
  must(EVP_DigestInit_ex2(context_.get(), algorithm(), nullptr));
}

void sha256_sum::deleter::operator()(EVP_MD_CTX* p) const noexcept { EVP_MD_CTX_free(p); }

void sha256_sum::add(std::string_view bytes) {
  must(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

sha256_digest sha256_sum::finish() {
  sha256_digest out;
  must(EVP_DigestFinal_ex(context_.get(), out.data(), nullptr));
  return out;
}

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
