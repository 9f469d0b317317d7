#pragma once

#include <cstdint>
#include <vector>

#include "actors/protocol/common.hpp"
#include "domain/ports.hpp"

/// Events that are told to an endpoint.
namespace bankslip::actors {

/// Asks for a page of what webhooks have told, or are to tell.
struct list_deliveries {
  domain::delivery_page page;
};

/// Shows the page that was asked for.
struct deliveries_listed {
  std::vector<domain::webhook_delivery> deliveries;
};

/// Tells an event again, whatever has become of it.
struct resend_delivery {
  std::int64_t id = 0;
};

/// Confirms that the event will be told again.
struct delivery_resent {};

/// Makes a call that tells nothing, at once.
struct test_webhook {};

/// Shows what the test call has come to.
struct webhook_tested {
  domain::webhook_answer answer;
};

/// The part of WEBHOOK that FRONT sees. Answers `not_found` for an unknown id and
/// `database_unavailable`.
using telling_actor = caf::typed_actor<caf::replies_to<list_deliveries>::with<deliveries_listed>,
                                       // The next round of tries begins at once.
                                       caf::replies_to<resend_delivery>::with<delivery_resent>,
                                       // Answers when the call has ended; `overloaded` while all
                                       // calls are under way.
                                       caf::replies_to<test_webhook>::with<webhook_tested>>;

/// Tells WEBHOOK that the tables are there.
struct start_webhooks {};

/// WEBHOOK reminds itself to look for events and answers. Only the newest reminder counts.
struct deliver_webhooks {
  std::uint64_t round = 0;
};

/// The WEBHOOK actor interface. Tells events to an endpoint.
using webhook_actor = telling_actor::extend<
    // Begins to deliver.
    caf::reacts_to<start_webhooks>,
    // Claims what is due, calls, and stores what the calls have come to.
    caf::reacts_to<deliver_webhooks>>;

} // namespace bankslip::actors
