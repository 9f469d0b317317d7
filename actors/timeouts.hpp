#pragma once

#include <chrono>

#include "domain/record_ports.hpp"

namespace bankslip::actors {

/// Time-outs and pauses that several actors of a process share; those of one actor stand
/// in its options. Whoever asks waits longer than whoever is asked, so that the
/// answer that comes is the one with the reason.
struct timeouts {
  using milliseconds = std::chrono::milliseconds;

  /// Longest wait of a record for the broker's acknowledgement: KAFKA_PUBLISH_TIMEOUT.
  milliseconds publish = domain::default_publish_timeout;
  /// Added for each further asking side.
  milliseconds margin{15'000};
  /// Longest wait of a STORE that publishes at once what RELAY would publish later.
  milliseconds publish_at_once{10'000};
  /// Longest wait for a STORE's answer to a single request.
  milliseconds store{10'000};
  /// Longest wait until rejected rows or an upload's totals are stored; longer,
  /// since an upload that came so far is worth waiting for.
  milliseconds record{60'000};
  /// An upload whose process does not renew it for so long is aborted.
  milliseconds upload_lease{30'000};
  /// Pause between two renewals of the leases of open uploads.
  milliseconds lease_renewal{5'000};
  /// An upload that brings nothing for so long is aborted.
  milliseconds upload_idle{120'000};
  /// How long a failed upload stays, so that its sender can ask why.
  milliseconds upload_linger{10'000};
  /// How long entries of published debts stay in the outbox when no further debt
  /// comes, with which they are removed.
  milliseconds outbox_rest{1'000};
  /// Pause between two looks at an empty outbox.
  milliseconds outbox_pause{1'000};

  /// Longest wait of who asks for publication.
  milliseconds publish_answer() const { return publish + margin; }
  /// How long a look keeps its outbox entries from other RELAYs.
  milliseconds outbox_claim() const { return publish_answer() + margin; }
};

} // namespace bankslip::actors
