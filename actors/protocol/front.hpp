#pragma once

#include "actors/protocol/access.hpp"
#include "actors/protocol/storing.hpp"
#include "actors/protocol/webhooks.hpp"

/// The door between HTTP and the system.
namespace bankslip::actors {

/// The FRONT actor interface: all that clients ask for but single debts, which FINDER finds.
/// Passes on what is for STOREs, ACCESS and WEBHOOK (`wrong_state` where no webhooks are
/// told). Uploads that this process still receives show what they have so far.
using front_actor = asking_actor::extend_with<access_actor, telling_actor>::extend<
    // Stores an upload as `receiving` and spawns its PARSER. Answers `overloaded`
    // beyond the cap on open uploads, `broker_unavailable` or `database_unavailable`
    // while one is away, `shutting_down` after a `drain`.
    caf::replies_to<open_upload>::with<upload_opened>,
    // Notes how far a PARSER is.
    caf::reacts_to<upload_progressed>,
    // Renews the leases of open uploads.
    caf::reacts_to<lease_due>,
    // Refuses new uploads; answers when the open ones have ended.
    caf::replies_to<drain>::with<drained>,
    // Aborts the open ones.
    caf::reacts_to<abort_uploads>,
    // Shows that FRONT comes to its messages.
    caf::replies_to<take_pulse>::with<pulse>>;

} // namespace bankslip::actors
