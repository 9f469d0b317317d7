#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bankslip::domain {

/// Says what is wrong with an e-mail address.
enum class email_fault : std::uint8_t {
  none,
  form,
  /// Letters beyond ASCII before the '@': most mail servers take no such address.
  local_part,
  /// An IP address, or a number as top-level domain, behind it.
  host,
};

/// Checks `text` as `is_email` does and says what is wrong.
email_fault find_email_fault(std::string_view text) noexcept;

/// `text`, an address that `is_email` takes, as mail servers take it: its domain in
/// ASCII ("ana@xn--caf-dma.com.br" for "ana@café.com.br"). Who hands an address to
/// a service writes this form; the row keeps what the file says.
std::string ascii_email(std::string_view text);

/// A domain's name in ASCII by IDNA2008 with UTS 46; nothing when it has no such
/// form. It is part of what makes an address valid, so it stands in this room.
std::optional<std::string> ascii_domain(std::string_view name);

} // namespace bankslip::domain
