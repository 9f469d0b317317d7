#pragma once

#include <string>

#include <sys/socket.h>

namespace bankslip::services {

/// Whether the address is not one of the public internet: loopback, private (RFC 1918,
/// ULA), link-local (where clouds serve metadata), shared, multicast or reserved; also in
/// the forms in which IPv6 carries such an IPv4 address. Other families are private.
bool is_private_address(const sockaddr& address) noexcept;

/// "127.0.0.1"; empty for other families than IPv4 and IPv6.
std::string address_text(const sockaddr& address);

/// Whether `host` is a private address as text, or "localhost". A name that leads to one
/// is only known once it is resolved.
bool is_private_host(std::string host);

} // namespace bankslip::services
