#include "services/impl/webhook_signature.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "domain/error.hpp"

namespace bankslip::services {

namespace {

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// Nothing where the text is no base64, or the key is shorter or longer than the standard
/// recommends.
std::optional<std::string> read_key(std::string_view secret) {
  constexpr std::string_view prefix = "whsec_";
  constexpr std::size_t least = 24, most = 64;
  if (!secret.starts_with(prefix))
    return std::nullopt;
  secret.remove_prefix(prefix.size());
  if (secret.empty() || secret.size() > 2 * most || secret.size() % 4 != 0)
    return std::nullopt;
  std::string key(secret.size() / 4 * 3, '\0');
  auto* to = reinterpret_cast<unsigned char*>(key.data());
  if (EVP_DecodeBlock(to, octets(secret), static_cast<int>(secret.size())) < 0)
    return std::nullopt;
  // The decoder counts the padding as zeros.
  const auto padding = std::min<std::size_t>(
      2, secret.size() - std::min(secret.size(), secret.find_last_not_of('=') + 1));
  key.resize(key.size() - padding);
  if (key.size() < least || key.size() > most)
    return std::nullopt;
  return key;
}

} // namespace

caf::expected<webhook_signer> webhook_signer::read(std::string_view secrets) {
  webhook_signer out;
  while (!secrets.empty()) {
    const auto space = std::min(secrets.find(' '), secrets.size());
    if (auto key = read_key(secrets.substr(0, space)))
      out.keys_.push_back(std::move(*key));
    else
      return domain::make_error(domain::errc::invalid_input,
                                "a secret is not whsec_ and base64 of 24 to 64 bytes");
    secrets.remove_prefix(std::min(space + 1, secrets.size()));
  }
  if (out.keys_.empty() || out.keys_.size() > 2)
    return domain::make_error(domain::errc::invalid_input,
                              "one secret, or two with a space between");
  return out;
}

std::string webhook_signer::sign(std::string_view message_id, std::int64_t timestamp,
                                 std::string_view body) const {
  std::string content{message_id};
  content.append(1, '.').append(std::to_string(timestamp)).append(1, '.').append(body);
  std::string out;
  for (const auto& key : keys_) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), octets(content), content.size(),
         digest.data(), &size);
    std::array<unsigned char, 4 * ((EVP_MAX_MD_SIZE + 2) / 3) + 1> text{};
    const auto length = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(size));
    out.append(out.empty() ? "v1," : " v1,")
        .append(reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(length));
  }
  return out;
}

} // namespace bankslip::services
