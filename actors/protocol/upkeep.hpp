#pragma once

#include <cstdint>

#include "actors/protocol/publishing.hpp"

/// RELAY and RETENTION, which work by themselves, and SUPERVISOR.
namespace bankslip::actors {

/// RELAY reminds itself to look into the outbox.
struct relay_outbox {};

/// The RELAY actor interface.
using outbox_relay_actor = caf::typed_actor<
    // Publishes the outbox entries that are due and removes those that the broker has
    // acknowledged; aborts uploads whose lease ran out.
    caf::reacts_to<relay_outbox>>;

/// RETENTION reminds itself to look for rows that are older than they are kept.
struct remove_old_rows {};

/// The RETENTION actor interface.
using retention_actor = caf::typed_actor<
    // Removes some of them, and looks again later.
    caf::reacts_to<remove_old_rows>>;

/// Names a child that SUPERVISOR starts and watches.
enum class supervised : std::uint8_t { publisher, consumer, mail_consumer };

/// SUPERVISOR reminds itself to start a child again; from `app`: to start a CONSUMER.
struct restart_child {
  supervised child = supervised::consumer;
};

/// The SUPERVISOR actor interface. Starts PUBLISHER and the CONSUMERs anew with fresh clients
/// when they die, and gives the process up when that does not help.
using supervisor_actor = caf::typed_actor<
    // Passes the batch on to the living PUBLISHER; `broker_unavailable` between two.
    caf::replies_to<publish_batch>::with<batch_published>,
    // Starts the child, unless a `drain` came.
    caf::reacts_to<restart_child>,
    // Drains the CONSUMERs, then PUBLISHER.
    caf::replies_to<drain>::with<drained>,
    // Shows that SUPERVISOR comes to its messages.
    caf::replies_to<take_pulse>::with<pulse>>;

} // namespace bankslip::actors
