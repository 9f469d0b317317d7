#pragma once

#include <string>

#include "cli/archive_command.hpp"
#include "cli/boleto_command.hpp"
#include "cli/command_line.hpp"
#include "cli/generate_command.hpp"
#include "cli/key_command.hpp"
#include "cli/offsets_command.hpp"
#include "cli/status_command.hpp"
#include "cli/tail_command.hpp"
#include "cli/upload_client.hpp"
#include "mocks/mock_services.hpp"

/// The options of the commands that are no server, one function each.
namespace bankslip::cli {

void upload_settings(option_list list, upload_client_options& o);
void status_settings(option_list list, status_options& o);
void tail_settings(option_list list, server_options& o);
void generate_settings(option_list list, generate_options& o);
/// Those of the command itself; those of Kafka and PostgreSQL are the caller's.
void offsets_settings(option_list list, offsets_options& o);
void archive_settings(option_list list, archive_options& o);
void mock_services_settings(option_list list, mocks::mock_options& o);
void key_settings(option_list list, key_options& o);
void boleto_inspect_settings(option_list list, std::string& code);
void boleto_encode_settings(option_list list, boleto_encode_options& o);

} // namespace bankslip::cli
