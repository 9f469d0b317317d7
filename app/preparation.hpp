#pragma once

#include <memory>

#include "app/config.hpp"
#include "app/service_manager.hpp"
#include "app/stop_signals.hpp"
#include "domain/availability.hpp"

/// Prepares what must stand before work begins: the schema, the topics, and the synchronous
/// standby where it is required.
namespace bankslip::app {

/// Exit status of a process whose settings cannot be.
constexpr int exit_bad_options = 2;

/// Reports schema and topics as away, so that nobody is told "ready" before both were seen.
void await_preparation(domain::availability& seen);

/// Makes or finds both, trying until they are there. Ends a process that requires a
/// synchronous standby where there is none. False: told to stop.
bool prepare(const config& options, domain::availability& seen, const stop_signals& signals,
             service_manager& manager);

} // namespace bankslip::app
