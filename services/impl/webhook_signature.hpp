#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <caf/expected.hpp>

namespace bankslip::services {

/// Signs webhooks with HMAC-SHA256, as Standard Webhooks says.
class webhook_signer {
public:
  /// Reads secrets of the form `whsec_<base64 of 24 to 64 bytes>`, at most two, with a
  /// space between. `invalid_input`, without the secret.
  static caf::expected<webhook_signer> read(std::string_view secrets);

  /// Returns the header `webhook-signature`: `v1,<base64>` for each secret, with spaces
  /// between.
  std::string sign(std::string_view message_id, std::int64_t timestamp,
                   std::string_view body) const;

private:
  std::vector<std::string> keys_;
};

} // namespace bankslip::services
