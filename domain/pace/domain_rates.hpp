#pragma once

#include <map>
#include <string>
#include <string_view>

#include <caf/expected.hpp>

namespace bankslip::domain {

/// Messages a second for domains of recipients (EMAIL_DOMAIN_RATE); domains in lower-case
/// ASCII. An immutable value.
class domain_rates {
public:
  /// No domain has a limit.
  domain_rates() = default;

  /// Reads `gmail.com=20;hotmail.com=0.5`. `invalid_input` says which part is wrong and what
  /// is allowed.
  static caf::expected<domain_rates> parse(std::string_view text);

  const std::map<std::string, double, std::less<>>& all() const noexcept { return rates_; }

private:
  std::map<std::string, double, std::less<>> rates_;
};

/// The domain of an address, in the form in which limits name it.
std::string domain_of(std::string_view address);

} // namespace bankslip::domain
