#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include <caf/typed_event_based_actor.hpp>

#include "actors/protocol.hpp"
#include "domain/retention_store.hpp"
#include "telemetry/actor_board.hpp"

namespace bankslip::actors {

/// Settings of RETENTION.
struct retention_options {
  std::function<std::unique_ptr<domain::retention_store>()> make_store;
  /// How long rows are kept: RETENTION_DAYS.
  std::chrono::days keep{0};
  /// Rows of a table that one look removes. Fewer make its transactions shorter.
  int limit = 1000;
  /// Pause between two looks while there is more, so that others come first.
  std::chrono::milliseconds pause{100};
  /// Pause when nothing is left.
  std::chrono::milliseconds rest{std::chrono::minutes{10}};
};

/// State of RETENTION. Runs detached: its database calls block.
struct retention_state {
  static inline const char* name = "retention";

  retention_options options;
  std::unique_ptr<domain::retention_store> store;
  telemetry::actor_entry board{"retention", "retention"};
};

/// Behavior of RETENTION. Begins with a rest, so that a process that starts has nothing else
/// to do first. Runs for as long as the process.
retention_actor::behavior_type retention(retention_actor::stateful_pointer<retention_state> self,
                                         retention_options options);

} // namespace bankslip::actors
