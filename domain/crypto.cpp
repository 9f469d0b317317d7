#include "domain/crypto.hpp"

#include <memory>
#include <stdexcept>
#include <vector>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

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

std::string base64url(const std::vector<std::uint8_t>& bytes) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (auto byte : bytes) {
    bits = bits << 8 | byte;
    for (held += 8; held >= 6; held -= 6)
      out += letters[bits >> (held - 6) & 63];
  }
  if (held > 0)
    out += letters[bits << (6 - held) & 63];
  return out;
}

} // namespace

sha256_digest sha256(std::string_view bytes) { return sha256({bytes}); }

sha256_digest sha256(std::initializer_list<std::string_view> parts) {
  sha256_digest out;
  auto* ctx = thread_context();
  must(EVP_DigestInit_ex2(ctx, algorithm(), nullptr));
  for (auto part : parts)
    must(EVP_DigestUpdate(ctx, part.data(), part.size()));
  must(EVP_DigestFinal_ex(ctx, out.data(), nullptr));
  return out;
}

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

bool same_digest(const sha256_digest& a, const sha256_digest& b) noexcept {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_token(std::size_t bytes) {
  std::vector<std::uint8_t> random(bytes);
  if (RAND_bytes(random.data(), static_cast<int>(bytes)) != 1)
    throw std::runtime_error("libcrypto has no random bytes");
  return base64url(random);
}

} // namespace bankslip::domain
