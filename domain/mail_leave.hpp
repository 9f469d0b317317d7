#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

#include "domain/service_ports.hpp"

namespace bankslip::domain {

/// Leave to prepare e-mails.
struct pace_grant {
  /// Messages that may be prepared, 0 to the wanted number.
  std::size_t count = 0;
  /// When to ask again, if there were none; may be hours.
  std::chrono::milliseconds wait{0};
};

/// Keeps the pace of e-mails twice: a wave takes leave before it locks its rows, so that
/// nothing is locked while a slow provider is waited for; then each of its calls waits at
/// the gate, so that the pace holds whatever time a wave takes to come to its calls. One
/// for all WORKERs of a process; thread-safe.
class mail_leave : public call_gate {
public:
  using millis = std::chrono::milliseconds;

  /// Takes leave to prepare at most `wanted` messages, whose calls can start soon.
  virtual pace_grant take(std::size_t wanted) = 0;
  /// So many of those taken wait no longer: their calls have started, or never will.
  virtual void release(std::size_t count) = 0;
  /// Takes leave for a message to this address, out of a grant; zero: it may go. Else when
  /// to ask again.
  virtual millis take_domain(std::string_view address) = 0;
};

} // namespace bankslip::domain
