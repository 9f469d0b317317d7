#pragma once

#include <chrono>
#include <vector>

#include <caf/fwd.hpp>

#include "actors/protocol.hpp"

namespace bankslip::app {

/// Asks each of `actors` for a sign of life, for `patience` at most each. False as soon as
/// one gives none: it is dead, stuck in a message, or the scheduler has no thread for it.
/// Blocks; on the thread of `self`.
bool has_pulse(caf::blocking_actor& self, const std::vector<actors::pulsing_actor>& actors,
               std::chrono::milliseconds patience);

} // namespace bankslip::app
