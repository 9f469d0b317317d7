#pragma once

#include <string>
#include <string_view>
#include <vector>

/// What `/readyz` answers. Thread-safe.
namespace bankslip::telemetry {

/// Says whether dependency `name` ("postgresql", "kafka", "email", "boleto")
/// can be used; `reason` is for people, without secrets.
void set_dependency(std::string_view name, bool available, std::string reason = {});

/// Whether `name` is known to be away.
bool is_away(std::string_view name);

/// The process is stopping: not ready, whatever the dependencies are.
void set_stopping();

/// Why the process is not ready; empty when it is.
std::vector<std::string> unready_reasons();

} // namespace bankslip::telemetry
