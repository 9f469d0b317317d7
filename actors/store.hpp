#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/protocol.hpp"
#include "actors/timeouts.hpp"
#include "domain/availability.hpp"
#include "domain/ports.hpp"
#include "telemetry/actor_board.hpp"

namespace bankslip::actors {

/// Settings of STORE.
struct store_options {
  std::function<std::unique_ptr<domain::debt_store>()> make_store;
  std::shared_ptr<const domain::debt_codec> codec;
  publishing_actor publisher;
  /// Told when the database is away.
  std::shared_ptr<domain::availability> seen = std::make_shared<domain::availability>();
  actors::timeouts timeouts;
};

/// State of STORE. Runs detached: its database calls block.
struct store_state {
  static inline const char* name = "store";

  /// A request that waits for `end_group`.
  struct open_create {
    create_debt request;
    caf::typed_response_promise<debt_created> promise;
  };

  store_options options;
  std::unique_ptr<domain::debt_store> store;
  std::vector<open_create> creates;
  /// Outbox entries whose records the broker has acknowledged.
  std::vector<std::int64_t> published;
  std::optional<telemetry::actor_entry> board;
};

/// Makes the records of debts that are stored already; `traces` as in the batch.
domain::outbound_batch_ptr stored_records(const domain::debt_codec& codec,
                                          std::span<const domain::debt* const> debts,
                                          std::vector<std::string> traces = {});

/// Behavior of STORE number `number`. Publishes at once the debts that it stores; RELAY
/// does it later where that fails.
store_actor::behavior_type store(store_actor::stateful_pointer<store_state> self, int number,
                                 store_options options);

} // namespace bankslip::actors
