#include "domain/pace/domain_rates.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "domain/email.hpp"
#include "domain/error.hpp"
#include "domain/text/ascii.hpp"
#include "domain/text/parse.hpp"

namespace bankslip::domain {

namespace {

std::optional<double> read_rate(std::string_view text) {
  double out = 0;
  auto [end, e] =
      std::from_chars(text.data(), text.data() + text.size(), out, std::chars_format::fixed);
  if (e != std::errc{} || end != text.data() + text.size() || !(out >= 0.01 && out <= 100'000))
    return std::nullopt;
  return out;
}

} // namespace

caf::expected<domain_rates> domain_rates::parse(std::string_view text) {
  domain_rates out;
  while (!text.empty()) {
    const auto part = trimmed(take_until(';', text));
    if (part.empty())
      continue;
    auto equals = std::min(part.find('='), part.size());
    auto address = std::string{"x@"}.append(trimmed(part.substr(0, equals)));
    auto rate = read_rate(trimmed(part.substr(std::min(equals + 1, part.size()))));
    if (!rate || find_email_fault(address) != email_fault::none)
      return make_error(errc::invalid_input, "\"" + std::string{part}
                                                 + "\": must be a domain and messages a second, "
                                                   "0.01 to 100000, such as gmail.com=20");
    if (!out.rates_.emplace(domain_of(address), *rate).second)
      return make_error(errc::invalid_input,
                        "\"" + std::string{part} + "\": the domain stands there twice");
  }
  return out;
}

std::string domain_of(std::string_view address) {
  auto out = ascii_email(address);
  out.erase(0, out.rfind('@') + 1);
  std::ranges::transform(out, out.begin(), to_lower);
  return out;
}

} // namespace bankslip::domain
