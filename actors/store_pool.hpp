#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

#include "actors/protocol.hpp"
#include "actors/timeouts.hpp"
#include "domain/time.hpp"
#include "telemetry/actor_board.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::actors {

/// Settings of STORE POOL.
struct store_pool_options {
  /// On the board, and as the name of its queue in the metrics.
  std::string name = "stores";
  /// They share the work; at least one.
  std::vector<store_actor> stores;
  /// Requests that may wait; more are answered `overloaded`. Large enough for all
  /// chunks of all uploads and all HTTP threads.
  std::size_t max_waiting = 1024;
  /// Debts that are created together.
  std::size_t max_group = 64;
  /// A request that has waited so long is answered `overloaded` when its turn
  /// comes: who asked has given up by then.
  std::chrono::milliseconds longest_wait = timeouts{}.store;
  /// The same for rejected rows and the totals of an upload.
  std::chrono::milliseconds longest_record_wait = timeouts{}.record;
  const domain::clock* time = &domain::system_clock();
};

/// State of STORE POOL. Runs scheduled.
struct store_pool_state {
  static inline const char* name = "store_pool";

  struct waiting_request {
    std::chrono::steady_clock::time_point until{};
    /// It may go together with others like it.
    bool grouped = false;
    /// Hands the request to a STORE, or answers it with the error.
    std::function<void(const store_actor& to, caf::error refusal)> go;
  };

  store_pool_options options;
  /// The last one is the next to be given something: small loads stay with one STORE.
  std::vector<std::size_t> idle;
  std::deque<waiting_request> waiting;
  telemetry::link_share link{"stores"};
  std::optional<telemetry::actor_entry> board;

  /// Takes the oldest request, and those that may go with it.
  std::deque<waiting_request> next_group();
  void show();
};

/// Behavior of STORE POOL.
store_pool_actor::behavior_type
store_pool(store_pool_actor::stateful_pointer<store_pool_state> self, store_pool_options options);

} // namespace bankslip::actors
