#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

namespace bankslip::domain {

/// Leave to send.
struct pace_grant {
  /// Messages that may be sent at once, 0 to the wanted number.
  std::size_t count = 0;
  /// When to ask again, if there were none; may be hours.
  std::chrono::milliseconds wait{0};
  std::chrono::steady_clock::time_point granted_at{};
};

/// Says how many e-mails may go out now. It is asked before a wave, so that nothing is
/// locked while a slow provider is waited for. One for all WORKERs of a process;
/// thread-safe.
class mail_leave {
public:
  using millis = std::chrono::milliseconds;

  virtual ~mail_leave() = default;
  /// Takes leave for at most `wanted` messages.
  virtual pace_grant take(std::size_t wanted) = 0;
  /// Takes leave for a message to this address, out of a grant; zero: it may go. Else when
  /// to ask again.
  virtual millis take_domain(std::string_view address) = 0;
  /// `count` messages of a grant were not sent.
  virtual void give_back(const pace_grant& grant, std::size_t count) = 0;
  /// Tells what became of a grant: calls made, whatever came of them, and how many of these
  /// the provider refused as too fast. `retry_after`: the pause that it asked for; zero: it
  /// did not say.
  virtual void learn(const pace_grant& grant, std::size_t sent, std::size_t too_fast,
                     millis retry_after) = 0;
};

} // namespace bankslip::domain
