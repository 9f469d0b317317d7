#include <iostream>

#include <unistd.h>

#include "app/check.hpp"
#include "app/serve.hpp"
#include "app/settings.hpp"
#include "cli/commands.hpp"
#include "domain/error.hpp"
#include "domain/version.hpp"

namespace bankslip::app {

namespace {

int migrate(const config& c) {
  telemetry::init_log(c.log);
  const auto applied = persistence::migrate(c.postgres);
  if (!applied) {
    telemetry::log_error("migration failed", {{"error", domain::text_of(applied.error())}});
    return 1;
  }
  telemetry::log_info("schema is up to date", {{"applied", *applied}});
  return 0;
}

int run(int argc, char** argv) {
  cli::dotenv file;
  if (const auto wrong = cli::read_dotenv(".env", file)) {
    std::cerr << "bankslip: " << *wrong << '\n';
    return 2;
  }
  config c;
  if (::isatty(STDERR_FILENO) == 1)
    c.log.format = telemetry::log_format::plain;
  cli::command_line line{"Imports debts from CSV files, makes their bank slips and e-mails them.",
                         std::string{domain::version}};
  line.add("serve", "Runs the server until SIGINT or SIGTERM.", serve_settings, serve, c);
  line.add(
      "check", "Says whether a server with these settings could start.", serve_settings,
      [](const config& o) { return check(o, std::cout); }, c);
  line.add("migrate", "Creates or updates the database's tables.", migrate_settings, migrate, c);
  line.add(
      "offsets", "Shows where the consumer group stands, and sets it.", offsets_settings,
      [](const offsets_config& o) {
        auto database = o.common.postgres;
        database.topic = o.common.kafka.topic;
        // `kafka::mail_group`.
        const auto mails = o.common.kafka.group_id.ends_with(".mail");
        return cli::run_offsets(
            o.offsets, o.common.kafka,
            [&] { return persistence::read_settled_offsets(database, mails); }, std::cin, std::cout,
            std::cerr);
      },
      offsets_config{c, {}});
  line.add(
      "archive", "Moves old debts out of the database into a CSV file.", archive_settings,
      [](const archive_config& o) {
        const auto store = persistence::make_retention_store(o.common.postgres);
        return cli::run_archive(o.archive, *store, domain::system_clock(), std::cin, std::cout,
                                std::cerr);
      },
      archive_config{c, {}});
  line.add("upload", "Sends a CSV file to a server.", cli::upload_settings,
           [](const auto& o) { return cli::run_upload(o); });
  line.add("status", "Shows how an upload stands, or the newest ones.", cli::status_settings,
           [](const auto& o) { return cli::run_status(o); });
  line.add("tail", "Follows what a server does, a line for each change.", cli::tail_settings,
           [](const auto& o) { return cli::run_tail(o); });
  line.add("mock-services", "Runs a boleto and an e-mail service for tests.",
           cli::mock_services_settings, mocks::run_mock_services);
  line.add("generate", "Writes a CSV file of invented debts.", cli::generate_settings,
           cli::run_generate);
  line.add_group("key", "Makes keys of the API.");
  line.add("key new", "Makes a key: prints it, and its line for API_KEYS_FILE.", cli::key_settings,
           [](const auto& o) { return cli::new_key(o, std::cout, std::cerr); });
  line.add_group("boleto", "Reads and writes codes of bank slips.");
  line.add("boleto inspect", "Says what a code means, as JSON.", cli::boleto_inspect_settings,
           [](const auto& code) { return cli::boleto_inspect(code, std::cout); });
  line.add("boleto encode", "Makes bar code and linha digitável, as JSON.",
           cli::boleto_encode_settings,
           [](const auto& o) { return cli::boleto_encode(o, std::cout); });
  line.add_completion("completion");
  return line.run({argv + 1, argv + argc}, file, std::cout, std::cerr);
}

} // namespace

} // namespace bankslip::app

int main(int argc, char** argv) { return bankslip::app::run(argc, argv); }
