#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/protocol.hpp"
#include "domain/availability.hpp"
#include "domain/ports.hpp"
#include "telemetry/actor_board.hpp"

namespace bankslip::actors {

/// Settings of FINDER.
struct finder_options {
  std::function<std::unique_ptr<domain::debt_store>()> make_store;
  /// Told when the database is away.
  std::shared_ptr<domain::availability> seen = std::make_shared<domain::availability>();
  /// Debts that are found by one statement.
  std::size_t max_group = 64;
};

/// State of FINDER. Runs detached: its database calls block.
struct finder_state {
  static inline const char* name = "finder";

  finder_options options;
  std::unique_ptr<domain::debt_store> store;
  /// Asked for and not answered yet, side by side.
  std::vector<std::string> ids;
  std::vector<caf::typed_response_promise<debt_found>> promises;
  std::optional<telemetry::actor_entry> board;

  /// Finds and answers all of them.
  void find_all();
};

/// Behavior of FINDER. Runs for as long as the process.
finder_actor::behavior_type finder(finder_actor::stateful_pointer<finder_state> self,
                                   finder_options options);

} // namespace bankslip::actors
