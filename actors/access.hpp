#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <caf/typed_event_based_actor.hpp>

#include "actors/protocol.hpp"
#include "domain/availability.hpp"
#include "telemetry/actor_board.hpp"

namespace bankslip::actors {

/// Settings of ACCESS.
struct access_options {
  std::function<std::unique_ptr<domain::access_store>()> make_store;
  /// Told when the database is away.
  std::shared_ptr<domain::availability> seen = std::make_shared<domain::availability>();
};

/// State of ACCESS. Runs detached: its database calls block.
struct access_state {
  static inline const char* name = "access";

  access_options options;
  std::unique_ptr<domain::access_store> store;
  std::optional<telemetry::actor_entry> board;
};

/// Behavior of ACCESS. Runs for as long as the process.
access_actor::behavior_type access(access_actor::stateful_pointer<access_state> self,
                                   access_options options);

} // namespace bankslip::actors
