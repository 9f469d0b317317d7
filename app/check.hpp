#pragma once

#include <ostream>
#include <string>

#include "app/config.hpp"

namespace bankslip::app {

/// One line that names the setting that its room refuses, found without connecting; empty:
/// all fit.
std::string fault_of_rooms(const config& options);

/// The same of a database that keeps nothing for its servers' loss, where it must.
std::string fault_of_replication(const config& options, const domain::replication_state& state);

/// Looks at everything that `serve` needs, without changing anything, and writes a line on
/// each to `out`: settings, keys, database, replication, migrations, brokers, topics. Answers the
/// exit status: 0 when a server could start, also where it would first have to migrate or to make a
/// topic; 1 when it could not. Blocks for some seconds where nobody answers.
int check(const config& options, std::ostream& out);

} // namespace bankslip::app
