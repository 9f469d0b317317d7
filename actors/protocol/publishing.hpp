#pragma once

#include "actors/protocol/common.hpp"
#include "domain/records.hpp"

/// PUBLISHER, and who publishes through it.
namespace bankslip::actors {

/// Publishes records.
struct publish_batch {
  domain::outbound_batch_ptr batch;
};

/// Confirms that the broker has acknowledged every record (acks=all).
struct batch_published {};

/// The PUBLISHER actor interface. Owns the record sink.
using publisher_actor = caf::typed_actor<
    // Answers on the broker's acknowledgement; `broker_unavailable` after the publish
    // time-out, `overloaded` while too many batches wait, `shutting_down` after a
    // `drain`.
    caf::replies_to<publish_batch>::with<batch_published>,
    // Serves the client once: takes acknowledgements, hands on what waits.
    caf::reacts_to<poll_now>,
    // Answers when nothing is under way.
    caf::replies_to<drain>::with<drained>>;

/// The part of SUPERVISOR, or of PUBLISHER, that publishing actors see.
using publishing_actor = caf::typed_actor<caf::replies_to<publish_batch>::with<batch_published>>;

} // namespace bankslip::actors
