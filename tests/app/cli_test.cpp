#include <algorithm>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "app/cli.hpp"
#include "app/settings.hpp"

using namespace bankslip::app;
using namespace std::chrono_literals;

namespace {

using arguments = std::vector<std::string>;

config_sources no_environment() {
  config_sources out;
  out.environment = [](const std::string&) { return std::nullopt; };
  return out;
}

template <class Command>
Command parsed(const arguments& words) {
  auto result = parse_command(words, no_environment());
  if (const auto* ended = std::get_if<finished>(&result))
    BOOST_REQUIRE_MESSAGE((std::is_same_v<Command, finished>), ended->text);
  BOOST_REQUIRE(std::holds_alternative<Command>(result));
  return std::get<Command>(std::move(result));
}

} // namespace

BOOST_AUTO_TEST_SUITE(cli_test)

BOOST_AUTO_TEST_CASE(serve_takes_every_setting_as_an_option) {
  const auto serve = parsed<serve_command>({"serve", "--role", "api", "--server-port=9000",
                                            "--kafka-instance-id", "", "--shutdown-timeout", "1m"});
  BOOST_TEST((serve.settings.role == role::api));
  BOOST_TEST(serve.settings.api.listen.port == 9000);
  BOOST_TEST((serve.settings.shutdown_timeout == 1min));
  for (const auto& s : settings())
    parsed<serve_command>({"serve", s.option + "=" + s.show(config{})});
}

BOOST_AUTO_TEST_CASE(migrate_takes_those_of_the_database) {
  const auto migrate =
      parsed<migrate_command>({"migrate", "--postgres-db", "other", "--postgres-port", "1"});
  BOOST_TEST(migrate.settings.postgres.database == "other");
  BOOST_TEST(migrate.settings.postgres.port == 1);
  BOOST_TEST(parsed<finished>({"migrate", "--server-port", "1"}).status == 2);
}

BOOST_AUTO_TEST_CASE(the_file_is_read_below_the_environment) {
  auto sources = no_environment();
  sources.file = {{"SERVER_PORT", "3"}, {"CHUNK_SIZE", "7"}};
  sources.environment = [](const std::string& name) -> std::optional<std::string> {
    return name == "SERVER_PORT" ? std::optional<std::string>{"2"} : std::nullopt;
  };
  const auto c = std::get<serve_command>(parse_command({"serve"}, sources)).settings;
  BOOST_TEST(c.api.listen.port == 2);
  BOOST_TEST(c.chunk_size == 7u);
}

BOOST_AUTO_TEST_CASE(the_small_commands_read_the_file_too) {
  auto sources = no_environment();
  sources.file = {{"BANKSLIP_URL", "http://h:2"}, {"BANKSLIP_WAIT", "true"}, {"MOCK_SEED", "7"}};
  auto upload = std::get<upload_command>(parse_command({"upload", "a.csv"}, sources)).options;
  BOOST_TEST(upload.url == "http://h:2");
  BOOST_TEST(upload.wait);
  upload =
      std::get<upload_command>(parse_command({"upload", "a.csv", "--url", "x"}, sources)).options;
  BOOST_TEST(upload.url == "x");
  BOOST_TEST(std::get<mock_services_command>(parse_command({"mock-services"}, sources)).options.seed
             == 7u);
  sources.file["MOCK_SEED"] = "many";
  BOOST_TEST(std::get<finished>(parse_command({"mock-services"}, sources)).status == 2);
}

BOOST_AUTO_TEST_CASE(the_small_commands_have_their_options) {
  const auto upload = parsed<upload_command>({"upload", "a.csv", "--url", "http://h:1", "--wait"});
  BOOST_TEST(upload.options.file == "a.csv");
  BOOST_TEST(upload.options.url == "http://h:1");
  BOOST_TEST(upload.options.wait);
  BOOST_TEST(!parsed<upload_command>({"upload", "a.csv"}).options.wait);

  const auto generate =
      parsed<generate_command>({"generate", "--rows", "1100000", "--seed", "18446744073709551615",
                                "--out", "-", "--duplicates", "20", "--start-id", "5"});
  BOOST_TEST(generate.options.rows == 1'100'000);
  BOOST_TEST(generate.options.seed == 18446744073709551615u);
  BOOST_TEST(generate.options.out == "-");
  BOOST_TEST(generate.options.duplicates_percent == 20);
  BOOST_TEST(generate.options.start_id == 5);

  const auto mock = parsed<mock_services_command>(
      {"mock-services", "--boleto-port", "0", "--email-window", "20m", "--latency-max", "20ms"});
  BOOST_TEST(mock.options.boleto_port == 0);
  BOOST_TEST((mock.options.email_window == 20min));
  BOOST_TEST((mock.options.latency_max == 20ms));

  BOOST_TEST(parsed<inspect_command>({"boleto", "inspect", "0019"}).code == "0019");
  const auto encode =
      parsed<encode_command>({"boleto", "encode", "--bank", "341", "--due", "2026-12-21", "--cents",
                              "12345", "--free-field", "1234567890123456789012345"});
  BOOST_TEST(encode.options.bank == "341");
  BOOST_TEST(encode.options.due == "2026-12-21");
  BOOST_TEST(encode.options.cents == 12345);
  BOOST_TEST(encode.options.free_field == "1234567890123456789012345");
}

BOOST_AUTO_TEST_CASE(help_and_version_end_well) {
  BOOST_TEST(parsed<finished>({"--version"}).text == "bankslip 0.1.0\n");
  const auto help = parsed<finished>({"--help"});
  BOOST_TEST(help.status == 0);
  for (const auto* name : {"serve", "migrate", "upload", "mock-services", "generate", "boleto"})
    BOOST_TEST(help.text.find(name) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(help_names_every_variable_with_its_default_and_no_password) {
  const auto help = parsed<finished>({"serve", "--help"});
  BOOST_TEST(help.status == 0);
  for (const auto& s : settings()) {
    BOOST_TEST(help.text.find(s.variable + " (") != std::string::npos);
    BOOST_TEST(help.text.find(s.option) != std::string::npos);
  }
  BOOST_TEST(help.text.find("SERVER_PORT (8000)") != std::string::npos);
  BOOST_TEST(help.text.find("changethis") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_bad_command_line_ends_with_one_line_and_status_2) {
  const std::vector<std::pair<arguments, std::string>> table = {
      {{}, "bankslip: A subcommand is required (see --help)\n"},
      {{"nope"}, "bankslip: nope: no such command (see --help)\n"},
      {{"serve", "--server-port", "70000"},
       "bankslip: --server-port=70000: must be a whole number, 0 to 65535\n"},
      {{"serve", "--role", "both"}, "bankslip: --role=both: must be all, api or worker\n"},
      {{"generate", "--out", "x", "--rows", "-1"},
       "bankslip: --rows=-1: must be a whole number, 0 to 1000000000000 (see --help)\n"},
      {{"generate", "--out", "x", "--duplicates", "100"},
       "bankslip: --duplicates=100: must be a whole number, 0 to 99 (see --help)\n"},
      {{"generate"}, "bankslip: --out is required (see --help)\n"},
      {{"mock-services", "--latency-min", "5"},
       "bankslip: --latency-min=5: must be a time such as 500ms, 20s, 15m or 0 (see --help)\n"},
  };
  for (const auto& [words, text] : table) {
    const auto ended = parsed<finished>(words);
    BOOST_TEST(ended.status == 2);
    BOOST_TEST(ended.text == text);
  }
  for (const arguments& words : {arguments{"serve", "--nope"},
                                 {"serve", "more"},
                                 {"upload"},
                                 {"boleto"},
                                 {"boleto", "encode"},
                                 {"serve", "--server-port"}}) {
    const auto ended = parsed<finished>(words);
    BOOST_TEST(ended.status == 2);
    BOOST_TEST(std::count(ended.text.begin(), ended.text.end(), '\n') == 1);
  }
}

BOOST_AUTO_TEST_SUITE_END()
