#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "domain/time.hpp"

namespace bankslip::domain {

/// Says what may be done with an e-mail that somebody may have begun before.
enum class mail_choice : std::uint8_t {
  /// Never begun, or the provider still knows its key.
  send,
  /// May have gone out and the provider has forgotten the key.
  in_doubt,
  /// As `in_doubt`, but whoever began it may still be at it: ask again later.
  wait,
};

/// `first_try`: earliest moment at which a call may have been made (opening of
/// the oldest intent that names it). `lease_running`: somebody may still start
/// a call under such an intent. `span`: how long our own calls may take to
/// start and to end. All times are the database's.
constexpr mail_choice choose_mail(std::optional<utc_time> first_try, bool lease_running,
                                  utc_time now, std::chrono::seconds window,
                                  std::chrono::milliseconds span) noexcept {
  if (!first_try)
    return mail_choice::send;
  if (now + span <= *first_try + window)
    return mail_choice::send;
  return lease_running ? mail_choice::wait : mail_choice::in_doubt;
}

} // namespace bankslip::domain
