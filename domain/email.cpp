#include "domain/email.hpp"

#include <array>

#include "domain/boleto/digits.hpp"
#include "domain/text/ascii.hpp"
#include "domain/validation.hpp"

namespace bankslip::domain {

namespace {

constexpr std::size_t max_email = 254;

// What a character may be in an address.
constexpr std::uint8_t atom = 1;   // local part, RFC 5322 atext
constexpr std::uint8_t label = 2;  // domain: letter or digit
constexpr std::uint8_t hyphen = 4; // domain: not at the ends of a label
constexpr std::uint8_t dot = 8;

constexpr std::array<std::uint8_t, 256> kinds = [] {
  std::array<std::uint8_t, 256> k{};
  for (auto c : std::string_view{"!#$%&'*+-/=?^_`{|}~"})
    k[static_cast<unsigned char>(c)] = atom;
  for (int c = '0'; c <= '9'; ++c)
    k[c] = atom | label;
  for (int c = 'a'; c <= 'z'; ++c)
    k[c] = k[c - 'a' + 'A'] = atom | label;
  k['-'] |= hyphen;
  k['.'] = dot;
  return k;
}();

std::uint8_t kind(char c) noexcept { return kinds[static_cast<unsigned char>(c)]; }

bool is_local_part(std::string_view text) noexcept {
  if (text.empty() || text.size() > 64)
    return false;
  bool good = true;
  auto before = dot;
  for (auto c : text) {
    auto k = kind(c);
    good &= (k & (atom | dot)) != 0 && (k & before & dot) == 0;
    before = k;
  }
  return good && before != dot;
}

bool is_domain(std::string_view text) noexcept {
  bool good = true;
  auto before = dot;
  int dots = 0;
  int length = 0;
  for (auto c : text) {
    auto k = kind(c);
    good &= (k & (label | hyphen | dot)) != 0;
    good &= !((k & dot) != 0 && (before & (dot | hyphen)) != 0);
    good &= !((k & hyphen) != 0 && (before & dot) != 0);
    length = (k & dot) != 0 ? 0 : length + 1;
    good &= length <= 63;
    dots += (k & dot) != 0;
    before = k;
  }
  return good && dots > 0 && (before & (dot | hyphen)) == 0;
}

bool ends_in_number(std::string_view host) noexcept {
  return all_digits(host.substr(host.rfind('.') + 1));
}

} // namespace

email_fault find_email_fault(std::string_view text) noexcept {
  auto at = text.find('@');
  if (at == std::string_view::npos || text.size() > max_email)
    return email_fault::form;
  auto local = text.substr(0, at);
  if (!is_local_part(local))
    return is_ascii(local) ? email_fault::form : email_fault::local_part;
  auto host = text.substr(at + 1);
  std::optional<std::string> ascii;
  if (!is_ascii(host)) {
    ascii = ascii_domain(host);
    if (!ascii || at + 1 + ascii->size() > max_email)
      return email_fault::form;
    host = *ascii;
  }
  if (!is_domain(host))
    return email_fault::form;
  return ends_in_number(host) ? email_fault::host : email_fault::none;
}

bool is_email(std::string_view text) noexcept {
  return find_email_fault(text) == email_fault::none;
}

std::string ascii_email(std::string_view text) {
  auto host = text.substr(text.find('@') + 1);
  auto ascii = is_ascii(host) ? std::nullopt : ascii_domain(host);
  if (!ascii)
    return std::string{text};
  return std::string{text.substr(0, text.size() - host.size())}.append(*ascii);
}

} // namespace bankslip::domain
