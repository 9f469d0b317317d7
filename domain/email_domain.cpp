#include <memory>

#include <idn2.h>

#include "domain/email.hpp"

namespace bankslip::domain {

std::optional<std::string> ascii_domain(std::string_view name) {
  if (name.find('\0') != std::string_view::npos)
    return std::nullopt;
  char* ascii = nullptr;
  auto status =
      idn2_to_ascii_8z(std::string{name}.c_str(), &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  std::unique_ptr<char, decltype(&idn2_free)> owner{ascii, &idn2_free};
  if (status != IDN2_OK)
    return std::nullopt;
  return std::string{ascii};
}

} // namespace bankslip::domain
