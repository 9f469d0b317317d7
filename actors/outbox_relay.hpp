#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

#include "actors/protocol.hpp"
#include "actors/timeouts.hpp"
#include "domain/availability.hpp"
#include "domain/ports.hpp"
#include "telemetry/actor_board.hpp"

namespace bankslip::actors {

/// Settings of RELAY.
struct outbox_relay_options {
  std::function<std::unique_ptr<domain::debt_store>()> make_store;
  std::shared_ptr<const domain::debt_codec> codec;
  publishing_actor publisher;
  /// Without a synchronous standby the process is not ready.
  bool requires_synchronous = false;
  /// Told whether the database is there, and how it replicates.
  std::shared_ptr<domain::availability> seen = std::make_shared<domain::availability>();
  /// How fast this process's mail stage sends, for all to know; empty: it has none.
  std::function<domain::mail_speed()> mail_speed;
  /// Entries of one look; fewer than PUBLISHER lets wait.
  int limit = 200;
  actors::timeouts timeouts;
};

/// State of RELAY. Runs detached: its database calls block.
struct outbox_relay_state {
  static inline const char* name = "outbox_relay";

  outbox_relay_options options;
  std::unique_ptr<domain::debt_store> store;
  /// Looks until it is asked again how the database replicates.
  int asks_replication_in = 0;
  /// Publications of this look that are not answered.
  std::size_t outstanding = 0;
  /// Entries whose records are acknowledged.
  std::vector<std::int64_t> published;
  /// Names this process where it tells its speed.
  std::int64_t process = 0;
  std::chrono::steady_clock::time_point speed_due{};
  telemetry::actor_entry board{"outbox_relay", "outbox_relay"};
};

/// Behavior of RELAY. Reports whether PostgreSQL is there, since it asks every second.
outbox_relay_actor::behavior_type
outbox_relay(outbox_relay_actor::stateful_pointer<outbox_relay_state> self,
             outbox_relay_options options);

} // namespace bankslip::actors
