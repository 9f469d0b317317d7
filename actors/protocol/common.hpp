#pragma once

#include <cstdint>

#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

/// Messages that many actors know: confirmations, reminders, the way down, signs of life.
namespace bankslip::actors {

/// Confirms that the database has it.
struct recorded {};

/// PUBLISHER and CONSUMER remind themselves to serve their client. Only the
/// newest reminder counts, so that a rest can be cut short.
struct poll_now {
  std::uint64_t round = 0;
};

/// Tells an actor to take nothing more and to finish what is under way.
struct drain {};

/// Confirms that nothing is under way any more.
struct drained {};

/// Asks an actor for a sign of life.
struct take_pulse {};

/// The sign: the actor has a thread and comes to its messages.
struct pulse {};

/// The part of FRONT, POOL and SUPERVISOR that `app` watches: with them the scheduler
/// and the whole system lives.
using pulsing_actor = caf::typed_actor<caf::replies_to<take_pulse>::with<pulse>>;

} // namespace bankslip::actors
