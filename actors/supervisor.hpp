#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/protocol.hpp"
#include "telemetry/actor_board.hpp"

namespace bankslip::actors {

/// Settings of SUPERVISOR.
struct supervisor_options {
  std::function<publisher_actor()> launch_publisher;
  /// Not set in a process that consumes nothing. First called on
  /// `restart_child`, when the topics are there.
  std::function<consumer_actor()> launch_consumer;
  /// The same for the CONSUMER of the mail stage.
  std::function<consumer_actor()> launch_mail_consumer;
  /// First delay before a child is started again; doubles up to `max_delay`.
  std::chrono::milliseconds min_delay{200};
  std::chrono::milliseconds max_delay{10'000};
  /// A child that lived so long is not counted as failing again.
  std::chrono::milliseconds healthy_after{60'000};
  /// Deaths in a row after which the process is given up.
  int max_deaths = 8;
  std::function<void(const std::string& reason)> give_up;
};

/// State of SUPERVISOR. Runs scheduled.
struct supervisor_state {
  static inline const char* name = "supervisor";

  /// How a child has lived so far.
  struct record {
    int deaths = 0;
    std::chrono::steady_clock::time_point born{};
  };

  supervisor_options options;
  publisher_actor publisher;
  consumer_actor consumer;
  consumer_actor mail_consumer;
  /// By `supervised`.
  std::array<record, 3> records;
  bool stopping = false;
  telemetry::actor_entry board{"supervisor", "supervisor"};
};

/// Behavior of SUPERVISOR.
supervisor_actor::behavior_type
supervisor(supervisor_actor::stateful_pointer<supervisor_state> self, supervisor_options options);

} // namespace bankslip::actors
