#pragma once

#include <memory>
#include <string>
#include <vector>

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>

#include "actors/protocol.hpp"
#include "actors/timeouts.hpp"
#include "app/config.hpp"
#include "domain/availability.hpp"
#include "domain/pace/mail_pace.hpp"
#include "domain/ports.hpp"

namespace bankslip::app {

/// Exit status of a process that gives itself up.
constexpr int exit_given_up = 70;

/// Ends the process at once, with a line in the log.
[[noreturn]] void give_up(const std::string& reason);

/// Time-outs of the actors with these settings.
actors::timeouts timeouts_of(const config& options);

/// The actors of one process. Handles only: the actors live in the system.
struct cast {
  actors::supervisor_actor supervisor;
  /// Told by the actors and the services' breakers, asked by FRONT and `/readyz`.
  std::shared_ptr<domain::availability> seen;
  /// Only where HTTP is served.
  actors::front_actor front;
  actors::finder_actor finder;
  /// Do whatever FRONT needs of the database.
  actors::store_pool_actor store_pool;
  /// Does what may take seconds: lists, retries of whole uploads.
  actors::store_pool_actor long_store_pool;
  std::vector<actors::store_actor> stores;
  /// Only where there is a WEBHOOK_URL.
  actors::webhook_actor webhook;
  /// Keeps the audit and the sessions.
  actors::access_actor access;
  actors::outbox_relay_actor outbox_relay;
  /// Only where RETENTION_DAYS says so.
  actors::retention_actor retention;
  /// Only where records are consumed.
  actors::pool_actor pool;
  /// The same, of the mail stage, and its pace.
  actors::pool_actor mail_pool;
  std::shared_ptr<domain::mail_pace> pace;

  /// All of them. Nobody supervises one: where one dies, the process is to end.
  std::vector<caf::actor> all() const;
  /// Those without whom nothing goes on. They run scheduled: one that answers shows that
  /// the scheduler lives, too.
  std::vector<actors::pulsing_actor> chiefs() const;
};

/// Starts the actors of the process's role. They serve HTTP and publish at
/// once, and say so when something they need is away; they do not consume yet.
cast start_actors(caf::actor_system& system, const config& options);

/// Starts RELAY, RETENTION and, where the role says so, CONSUMER. The schema and the
/// topics must be there.
void start_work(caf::actor_system& system, const config& options, cast& actors);

} // namespace bankslip::app
