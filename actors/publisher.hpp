#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/protocol.hpp"
#include "domain/availability.hpp"
#include "domain/ports.hpp"
#include "telemetry/actor_board.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::actors {

struct publisher_options {
  /// Makes a fresh client; also after a fatal error.
  std::function<std::unique_ptr<domain::record_sink>()> make_sink;
  /// Told whether the broker is there.
  std::shared_ptr<domain::availability> seen = std::make_shared<domain::availability>();
  /// Batches that may wait for a place in the client's queue.
  std::size_t max_waiting = 256;
  /// Longest wait in one poll; zero where polling must not block (tests).
  std::chrono::milliseconds poll_wait{5};
  /// Pause between polls while batches are under way; zero: none.
  std::chrono::milliseconds poll_pause{0};
  /// Pause between polls when there is nothing to wait for.
  std::chrono::milliseconds idle_pause{500};
  /// A client that dies so often without one acknowledgement in between ends
  /// the actor.
  int max_fatal = 5;
};

/// State of PUBLISHER. Runs detached: `poll` blocks for `poll_wait`.
struct publisher_state {
  static inline const char* name = "publisher";

  using promise = caf::typed_response_promise<batch_published>;

  publisher_options options;
  std::unique_ptr<domain::record_sink> sink;
  std::uint64_t next_token = 1;
  int fatal_in_a_row = 0;
  /// Clients that were replaced.
  int renewals = 0;
  /// Number of the reminder that counts.
  std::uint64_t round = 0;
  /// No reminder is due soon.
  bool resting = false;
  std::map<domain::publish_token, promise> promises;
  std::deque<std::pair<domain::publish_token, domain::outbound_batch_ptr>> waiting;
  std::vector<caf::typed_response_promise<drained>> drains;
  telemetry::link_share link{"publisher"};
  telemetry::actor_entry board{"publisher", "publisher", "supervisor"};

  /// Hands waiting batches to the client while it takes them.
  void feed();
  /// Serves the client once and keeps promises.
  void poll();
  /// Replaces a client that can never publish again. False: given up.
  bool renew_sink();
  /// Tells everybody who waits that nothing more will come.
  void answer_all(const caf::error& reason);
  bool idle() const { return promises.empty(); }
  void show();
};

/// Behavior of PUBLISHER.
publisher_actor::behavior_type publisher(publisher_actor::stateful_pointer<publisher_state> self,
                                         publisher_options options);

} // namespace bankslip::actors
