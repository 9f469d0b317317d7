#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/config.hpp"
#include "cli/command_line.hpp"
#include "domain/webhooks.hpp"

/// Settings together: what follows from several of them, and what no single one can show.
namespace bankslip::app {

/// Gives the settings that were not set what follows from others. Returns why they cannot
/// stand together; empty: they can.
std::string complete(const cli::option_list& list, config& c);

/// Why POSTGRES_SERVER and POSTGRES_PORT cannot stand together; empty: they can.
std::string fault_of_servers(const config& c);

/// Reads WEBHOOK_EVENTS; nothing where a name is none of theirs.
std::optional<domain::event_set> events_in(std::string_view names);

} // namespace bankslip::app
