#include <iostream>
#include <utility>
#include <variant>

#include <unistd.h>

#include "app/cli.hpp"
#include "app/serve.hpp"
#include "domain/error.hpp"
#include "persistence/persistence.hpp"
#include "telemetry/log.hpp"

namespace bankslip::app {

namespace {

int run(const finished& c) {
  (c.status == 0 ? std::cout : std::cerr) << c.text;
  return c.status;
}

int run(const serve_command& c) {
  telemetry::init_log(c.settings.log);
  return serve(c.settings);
}

int run(const migrate_command& c) {
  telemetry::init_log(c.settings.log);
  const auto applied = persistence::migrate(c.settings.postgres);
  if (!applied) {
    telemetry::log_error("migration failed", {{"error", domain::text_of(applied.error())}});
    return 1;
  }
  telemetry::log_info("schema is up to date", {{"applied", *applied}});
  return 0;
}

int run(const mock_services_command& c) { return mocks::run_mock_services(c.options); }

int run(const generate_command& c) { return cli::run_generate(c.options); }

int run(const upload_command& c) { return cli::run_upload(c.options); }

int run(const inspect_command& c) { return cli::boleto_inspect(c.code, std::cout); }

int run(const encode_command& c) { return cli::boleto_encode(c.options, std::cout); }

command read_command(int argc, char** argv) {
  config_sources sources;
  sources.environment = environment_variable;
  sources.on_terminal = ::isatty(STDERR_FILENO) == 1;
  if (auto wrong = read_dotenv(".env", sources.file))
    return finished{2, "bankslip: " + *wrong + "\n"};
  return parse_command({argv + 1, argv + argc}, std::move(sources));
}

} // namespace

} // namespace bankslip::app

int main(int argc, char** argv) {
  return std::visit([](const auto& c) { return bankslip::app::run(c); },
                    bankslip::app::read_command(argc, argv));
}
