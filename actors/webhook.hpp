#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/protocol.hpp"
#include "domain/ports.hpp"
#include "telemetry/actor_board.hpp"

namespace bankslip::actors {

/// Settings of WEBHOOK.
struct webhook_options {
  std::function<std::unique_ptr<domain::webhook_store>()> make_store;
  std::function<std::unique_ptr<domain::webhook_caller>()> make_caller;
  const domain::clock* time = nullptr;
  /// Longest time of a call.
  std::chrono::milliseconds call_timeout{15'000};
  /// Longest time of a test call; less than a client of the API waits.
  std::chrono::milliseconds test_timeout{10'000};
  /// How long an event is kept from other processes; longer than a call.
  std::chrono::milliseconds claim{60'000};
  /// Pause between two looks for events that are due.
  std::chrono::milliseconds pause{1'000};
  /// Longest wait for answers before other messages are served.
  std::chrono::milliseconds poll_wait{50};
  /// Pause between two counts of what waits.
  std::chrono::milliseconds count_pause{5'000};
  std::uint32_t jitter_seed = std::random_device{}();
};

/// State of WEBHOOK. Runs detached: its database calls block.
struct webhook_state {
  static inline const char* name = "webhook";

  webhook_options options;
  std::unique_ptr<domain::webhook_store> store;
  std::unique_ptr<domain::webhook_caller> caller;
  /// Calls under way, with the tries that their events had before.
  std::map<std::int64_t, int> tries;
  /// Test calls under way; their numbers are negative.
  std::map<std::int64_t, caf::typed_response_promise<webhook_tested>> tests;
  std::int64_t last_test = 0;
  /// Numbers the newest reminder; older ones are passed over.
  std::uint64_t round = 0;
  /// Delivers at all: the tables are there.
  bool started = false;
  std::chrono::steady_clock::time_point next_look{}, next_count{};
  std::mt19937 random;
  telemetry::actor_entry board{"webhook", "webhook"};
};

/// Behavior of WEBHOOK. Shares the work with those of other processes by claims.
webhook_actor::behavior_type webhook(webhook_actor::stateful_pointer<webhook_state> self,
                                     webhook_options options);

} // namespace bankslip::actors
