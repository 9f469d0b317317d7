#pragma once

#include "domain/availability.hpp"

namespace bankslip::telemetry {

/// Shows a change of `domain::availability`, as its observer: one log line, and
/// bankslip_away{dependency}, the number of this kind that is away.
void report_availability(const domain::availability_change& change);

} // namespace bankslip::telemetry
