#include "services/impl/private_address.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace bankslip::services {

namespace {

struct range4 {
  std::uint32_t first;
  int bits;
};

// IANA IPv4 Special-Purpose Address Registry, multicast, and what is reserved.
constexpr std::array ranges4 = {
    range4{0x00000000, 8},  range4{0x0a000000, 8},  range4{0x64400000, 10}, range4{0x7f000000, 8},
    range4{0xa9fe0000, 16}, range4{0xac100000, 12}, range4{0xc0000000, 24}, range4{0xc0000200, 24},
    range4{0xc0a80000, 16}, range4{0xc6120000, 15}, range4{0xc6336400, 24}, range4{0xcb007100, 24},
    range4{0xe0000000, 3},
};

bool is_private4(std::uint32_t address) noexcept {
  return std::any_of(ranges4.begin(), ranges4.end(), [address](const range4& r) {
    return (address ^ r.first) >> (32 - r.bits) == 0;
  });
}

std::uint32_t number_at(const std::uint8_t* bytes) noexcept {
  std::uint32_t n = 0;
  std::memcpy(&n, bytes, sizeof n);
  return ntohl(n);
}

bool is_private6(const std::uint8_t* a) noexcept {
  const auto begins = [a](std::initializer_list<std::uint8_t> bytes) {
    return std::equal(bytes.begin(), bytes.end(), a);
  };
  // ::/96 and ::ffff:0:0/96 (IPv4), among them :: and ::1.
  if (begins({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}))
    return is_private4(number_at(a + 12));
  if (begins({0, 0, 0, 0, 0, 0, 0, 0}))
    return true;
  // NAT64, well-known and local; 6to4.
  if (begins({0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0}))
    return is_private4(number_at(a + 12));
  if (begins({0, 0x64, 0xff, 0x9b}))
    return true;
  if (begins({0x20, 0x02}))
    return is_private4(number_at(a + 2));
  // Discarded, documentation, Teredo and its like.
  if (begins({0x01, 0x00}) || begins({0x20, 0x01, 0x0d, 0xb8})
      || (begins({0x20, 0x01}) && a[2] < 2))
    return true;
  // Unique local, link-local, site-local, multicast.
  return (a[0] & 0xfe) == 0xfc || (a[0] == 0xfe && a[1] >= 0x80) || a[0] == 0xff;
}

} // namespace

bool is_private_address(const sockaddr& address) noexcept {
  if (address.sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof in);
    return is_private4(ntohl(in.sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, &address, sizeof in);
    return is_private6(in.sin6_addr.s6_addr);
  }
  return true;
}

std::string address_text(const sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const auto* bytes = reinterpret_cast<const char*>(&address);
  if (address.sa_family == AF_INET)
    inet_ntop(AF_INET, bytes + offsetof(sockaddr_in, sin_addr), text.data(), text.size());
  else if (address.sa_family == AF_INET6)
    inet_ntop(AF_INET6, bytes + offsetof(sockaddr_in6, sin6_addr), text.data(), text.size());
  return text.data();
}

bool is_private_host(std::string host) {
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, host.c_str(), bytes.data()) == 1)
    return is_private4(number_at(bytes.data()));
  if (inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1)
    return is_private6(bytes.data());
  return host == "localhost" || host.ends_with(".localhost");
}

} // namespace bankslip::services
