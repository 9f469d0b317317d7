#pragma once

#include "app/config.hpp"
#include "cli/archive_command.hpp"
#include "cli/command_line.hpp"
#include "cli/offsets_command.hpp"

/// The settings of the commands that work on the database and the topics: a line each gives
/// a member of the config its variable, its limits and its help.
namespace bankslip::app {

/// All settings, for `bankslip serve`; refuses values that cannot stand together.
void serve_settings(cli::option_list list, config& c);

/// Those of PostgreSQL and of logging, for `bankslip migrate`.
void migrate_settings(cli::option_list list, config& c);

/// The settings of `bankslip offsets`.
struct offsets_config {
  config common;
  cli::offsets_options offsets;
};

/// Those of Kafka and PostgreSQL and of the command itself.
void offsets_settings(cli::option_list list, offsets_config& c);

/// The settings of `bankslip archive`.
struct archive_config {
  config common;
  cli::archive_options archive;
};

/// Those of PostgreSQL and of the command itself.
void archive_settings(cli::option_list list, archive_config& c);

void kafka_settings(cli::option_list list, config& c);
void postgres_settings(cli::option_list list, config& c);
void log_settings(cli::option_list list, config& c);

} // namespace bankslip::app
