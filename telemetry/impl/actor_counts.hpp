#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace bankslip::telemetry {

/// Actors on the board by kind; a kind that was ever there stays, with 0.
std::map<std::string, std::int64_t> actor_counts();

} // namespace bankslip::telemetry
