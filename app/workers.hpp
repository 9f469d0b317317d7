#pragma once

#include <memory>

#include <caf/actor_system.hpp>

#include "app/wiring.hpp"
#include "domain/settlement/settler.hpp"

/// The side of a process that consumes and settles.
namespace bankslip::app {

/// Starts the POOL of a stage with its WORKERs. `leave` is for the mail stage.
actors::pool_actor start_pool(caf::actor_system& system, config options,
                              std::shared_ptr<domain::availability> seen, domain::settle_part part,
                              std::shared_ptr<domain::mail_leave> leave = nullptr);

/// Makes the pace of the mail stage.
std::shared_ptr<domain::mail_pace> make_pace(const config& options);

/// Starts a CONSUMER, which joins the group, for `running.pool`.
actors::consumer_actor launch_consumer(caf::actor_system& system, const config& options,
                                       const cast& running);

/// Starts the one of the mail stage, behind the first. It sleeps if e-mails go out at once,
/// unless some were left to it before.
actors::consumer_actor launch_mail_consumer(caf::actor_system& system, const config& options,
                                            const cast& running);

} // namespace bankslip::app
