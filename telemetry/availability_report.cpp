#include "telemetry/availability_report.hpp"

#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace bankslip::telemetry {

void report_availability(const domain::availability_change& change) {
  set_away(domain::to_string(change.what.kind), static_cast<std::int64_t>(change.away));
  const auto name = domain::to_string(change.what);
  if (change.reason.empty())
    log_info("dependency is back", {{"dependency", name}});
  else
    log_warn("dependency is away", {{"dependency", name}, {"reason", change.reason}});
}

} // namespace bankslip::telemetry
