#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <caf/expected.hpp>

#include "domain/time.hpp"

namespace bankslip::domain {

/// The days and hours at which e-mails may go (EMAIL_SCHEDULE), on clocks of time zones.
/// An immutable value.
class send_schedule {
public:
  /// Always open.
  send_schedule() = default;

  /// Reads windows separated by `;`, each `DAYS HH:MM-HH:MM [ZONE]`: days are `mon`, `mon-fri`
  /// or a list of such with commas, or `daily`; the end may be 24:00, or lie on the next day
  /// where it is no later than the begin. A window without a zone is in that of the window
  /// before it, the first one in America/Sao_Paulo. Nothing but blanks: always open.
  /// `invalid_input` says which window is wrong and what is allowed.
  static caf::expected<send_schedule> parse(std::string_view text);

  /// The first moment from `now` on at which it is open; `now` itself where it is. A begin or
  /// end that the clocks leave out counts as the moment at which they are put forward; one
  /// that they show twice is the first of both.
  utc_time next_open(utc_time now) const;

  /// When it will have been open for `span` since `now`; empty where that takes more than
  /// about a year.
  std::optional<utc_time> after(utc_time now, std::chrono::seconds span) const;

  struct window {
    /// Bit 0 is Sunday.
    unsigned days = 0;
    std::chrono::minutes begin{0};
    /// Later than `begin`; above 24 h it is on the next day.
    std::chrono::minutes end{0};
    std::string zone;
  };

private:
  /// The span in which it is open next, or now; it may be joined by another one.
  std::pair<utc_time, utc_time> next_span(utc_time now) const;

  std::vector<window> windows_;
};

} // namespace bankslip::domain
