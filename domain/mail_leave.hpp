#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

namespace bankslip::domain {

/// Leave to send e-mails.
struct mail_grant {
  std::size_t count = 0;
  /// Where there is none: when to ask again.
  std::chrono::milliseconds wait{0};
};

/// Says how many e-mails may go out now. It is asked before a wave, so that nothing is
/// locked while a slow provider is waited for. One for all WORKERs of a process;
/// thread-safe.
class mail_leave {
public:
  virtual ~mail_leave() = default;
  /// Takes leave for at most `wanted` e-mails, all of which may be started at once.
  virtual mail_grant take(std::size_t wanted) = 0;
  /// Whether one of these may go to `address` now; takes the leave of its domain.
  virtual bool admits(std::string_view address) = 0;
  /// Gives leave back under which nothing was sent.
  virtual void give_back(std::size_t count) = 0;
  /// Tells what became of calls that were made: `too_fast` of them the provider refused
  /// for their pace. `retry_after`: how long it wants to be left alone; zero: not said.
  virtual void learn(std::size_t sent, std::size_t too_fast,
                     std::chrono::milliseconds retry_after) = 0;
};

} // namespace bankslip::domain
