#include "http/server/request_id.hpp"

#include <algorithm>
#include <random>

#include "domain/text/hex.hpp"
#include "http/server/text.hpp"

namespace bankslip::http {

namespace {

constexpr std::size_t longest_id = 128;

bool is_id_char(char c) noexcept { return is_alnum(c) || c == '.' || c == '_' || c == '-'; }

} // namespace

std::string request_id(std::optional<std::string_view> given) {
  if (given && !given->empty() && given->size() <= longest_id
      && std::all_of(given->begin(), given->end(), is_id_char))
    return std::string{*given};
  // Names need to differ, not to be secret.
  thread_local std::mt19937_64 random{[] {
    std::random_device seed;
    return (std::uint64_t{seed()} << 32) ^ seed();
  }()};
  std::string out(16, '0');
  auto bits = random();
  for (auto& c : out) {
    c = domain::hex_digits[bits & 15];
    bits >>= 4;
  }
  return out;
}

} // namespace bankslip::http
