#include <map>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "app/config.hpp"
#include "app/settings.hpp"
#include "app/values.hpp"

using namespace bankslip;
using namespace bankslip::app;
using namespace std::chrono_literals;

namespace {

using values = std::map<std::string, std::string, std::less<>>;

config_sources sources(values environment, values file = {}, values command_line = {}) {
  config_sources out;
  out.environment = [environment = std::move(environment)](
                        const std::string& name) -> std::optional<std::string> {
    const auto found = environment.find(name);
    return found == environment.end() ? std::nullopt : std::optional{found->second};
  };
  out.file = std::move(file);
  out.command_line = std::move(command_line);
  return out;
}

config loaded(const config_sources& from) {
  config out;
  const auto wrong = load_config(from, out);
  BOOST_REQUIRE_MESSAGE(!wrong, *wrong);
  return out;
}

std::string refusal(values environment) {
  config out;
  return load_config(sources(std::move(environment)), out).value_or("");
}

/// The value of one variable in a config, as text.
std::string shown(const config& c, const std::string& variable) {
  for (const auto& s : settings())
    if (s.variable == variable)
      return s.show(c);
  return "no such variable";
}

} // namespace

BOOST_AUTO_TEST_SUITE(config_test)

BOOST_AUTO_TEST_CASE(an_empty_environment_gives_the_documented_defaults) {
  const auto c = loaded(sources({}));
  const values documented = {{"SERVER_HOST", "127.0.0.1"},
                             {"SERVER_PORT", "8000"},
                             {"ADMIN_HOST", "127.0.0.1"},
                             {"ADMIN_PORT", "9464"},
                             {"KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:19092"},
                             {"BANKSLIP_TOPIC", "bankslip_process"},
                             {"BANKSLIP_DLQ_TOPIC", "bankslip_process.dlq"},
                             {"KAFKA_GROUP_ID", "bankslip"},
                             {"KAFKA_INSTANCE_ID", ""},
                             {"KAFKA_OPTIONS", ""},
                             {"TOPIC_PARTITIONS", "6"},
                             {"TOPIC_REPLICATION", "1"},
                             {"POSTGRES_SERVER", "127.0.0.1"},
                             {"POSTGRES_PORT", "15432"},
                             {"POSTGRES_USER", "admin"},
                             {"POSTGRES_PASSWORD", "changethis"},
                             {"POSTGRES_DB", "bankslip"},
                             {"POSTGRES_OPTIONS", ""},
                             {"CHUNK_SIZE", "1000"},
                             {"BOLETO_URL", ""},
                             {"EMAIL_URL", ""},
                             {"EMAIL_IDEMPOTENCY_WINDOW", "15m"},
                             {"SHUTDOWN_TIMEOUT", "20s"},
                             {"UPLOAD_MAX_BYTES", "2147483648"},
                             {"VALIDATE_GOVERNMENT_ID", "off"},
                             {"BANKSLIP_ROLE", "all"},
                             {"LOG_LEVEL", "info"},
                             {"LOG_FORMAT", "json"}};
  for (const auto& [variable, text] : documented)
    BOOST_TEST(shown(c, variable) == text, variable << " is " << shown(c, variable));
}

BOOST_AUTO_TEST_CASE(every_default_is_an_allowed_value) {
  for (const auto& s : settings()) {
    config c;
    BOOST_TEST(s.take(c, s.show(config{})), s.variable);
    BOOST_TEST(s.show(c) == s.show(config{}));
    BOOST_TEST(!s.help.empty());
    BOOST_TEST(!s.allowed.empty());
  }
}

BOOST_AUTO_TEST_CASE(variables_and_options_are_unique) {
  values seen;
  for (const auto& s : settings()) {
    BOOST_TEST(seen.emplace(s.variable, "").second, s.variable);
    BOOST_TEST(seen.emplace(s.option, "").second, s.option);
  }
}

BOOST_AUTO_TEST_CASE(the_command_line_wins_over_environment_over_file_over_default) {
  struct row {
    bool option, variable, file;
    int port;
  };
  const std::vector<row> table = {{false, false, false, 8000}, {false, false, true, 3},
                                  {false, true, false, 2},     {false, true, true, 2},
                                  {true, false, false, 1},     {true, false, true, 1},
                                  {true, true, false, 1},      {true, true, true, 1}};
  for (const auto& one : table) {
    const auto given = [](bool is, const char* text) {
      return is ? values{{"SERVER_PORT", text}} : values{};
    };
    const auto c =
        loaded(sources(given(one.variable, "2"), given(one.file, "3"), given(one.option, "1")));
    BOOST_TEST(c.api.listen.port == one.port);
  }
}

BOOST_AUTO_TEST_CASE(an_empty_variable_hides_the_file) {
  const auto c = loaded(sources({{"POSTGRES_PASSWORD", ""}}, {{"POSTGRES_PASSWORD", "x"}}));
  BOOST_TEST(c.postgres.password == "");
}

BOOST_AUTO_TEST_CASE(values_reach_their_members) {
  const auto c = loaded(sources({{"BANKSLIP_ROLE", "worker"},
                                 {"SERVER_HOST", "::1"},
                                 {"ADMIN_PORT", "0"},
                                 {"KAFKA_OPTIONS", "a=b;c=d"},
                                 {"TOPIC_PARTITIONS", "12"},
                                 {"POSTGRES_OPTIONS", "sslmode=require"},
                                 {"POSTGRES_PORT", "5432"},
                                 {"CHUNK_SIZE", "5000"},
                                 {"WORKERS", "64"},
                                 {"SHUTDOWN_TIMEOUT", "500ms"},
                                 {"EMAIL_IDEMPOTENCY_WINDOW", "1d"},
                                 {"UPLOAD_MAX_BYTES", "3000000000"},
                                 {"VALIDATE_GOVERNMENT_ID", "reject"},
                                 {"EMAIL_STARTTLS", "on"},
                                 {"LOG_LEVEL", "debug"},
                                 {"LOG_FORMAT", "plain"}}));
  BOOST_TEST((c.role == role::worker));
  BOOST_TEST(c.api.listen.host == "::1");
  BOOST_TEST(c.admin.port == 0);
  BOOST_TEST(c.kafka.extra == "a=b;c=d");
  BOOST_TEST(c.kafka.partitions == 12);
  BOOST_TEST(c.postgres.extra == "sslmode=require");
  BOOST_TEST(c.postgres.port == 5432);
  BOOST_TEST(c.chunk_size == 5000u);
  BOOST_TEST(c.workers == 64);
  BOOST_TEST((c.shutdown_timeout == 500ms));
  BOOST_TEST((c.services.idempotency_window == 24h));
  BOOST_TEST(c.api.upload_max_bytes == 3'000'000'000u);
  BOOST_TEST((c.validate_government_id == domain::government_id_check::reject));
  BOOST_TEST(c.services.starttls);
  BOOST_TEST((c.log.level == telemetry::log_level::debug));
  BOOST_TEST((c.log.format == telemetry::log_format::plain));
}

BOOST_AUTO_TEST_CASE(a_bad_value_is_named_with_what_is_allowed) {
  const std::string port = ": must be a whole number, 0 to 65535";
  const std::string span = ": must be a time such as 500ms, 20s, 15m, 2h, ";
  const std::string topic = ": must be 1 to 249 letters, digits, '.', '_' or '-'";
  struct row {
    const char* variable;
    const char* value;
    std::string allowed;
  };
  const std::vector<row> table = {
      {"SERVER_PORT", "abc", port},
      {"SERVER_PORT", "", port},
      {"SERVER_PORT", "65536", port},
      {"SERVER_PORT", "-1", port},
      {"SERVER_PORT", "+1", port},
      {"SERVER_PORT", "80 ", port},
      {"SERVER_PORT", "0x50", port},
      {"ADMIN_PORT", "99999999999999999999999", port},
      {"POSTGRES_PORT", "0", ": must be a whole number, 1 to 65535"},
      {"CHUNK_SIZE", "0", ": must be a whole number, 1 to 100000"},
      {"CHUNK_SIZE", "100001", ": must be a whole number, 1 to 100000"},
      {"WORKERS", "0", ": must be a whole number, 1 to 64"},
      {"WORKERS", "65", ": must be a whole number, 1 to 64"},
      {"TOPIC_PARTITIONS", "0", ": must be a whole number, 1 to 1000"},
      {"TOPIC_REPLICATION", "1.5", ": must be a whole number, 1 to 100"},
      {"UPLOAD_MAX_BYTES", "2GB", ": must be a whole number, 1 to 1125899906842624"},
      {"SHUTDOWN_TIMEOUT", "20", span + "0 to 1h"},
      {"SHUTDOWN_TIMEOUT", "20 s", span + "0 to 1h"},
      {"SHUTDOWN_TIMEOUT", "2h", span + "0 to 1h"},
      {"EMAIL_IDEMPOTENCY_WINDOW", "500ms", span + "0 to 30d"},
      {"EMAIL_IDEMPOTENCY_WINDOW", "999999999999999999d", span + "0 to 30d"},
      {"BANKSLIP_ROLE", "both", ": must be all, api or worker"},
      {"LOG_LEVEL", "INFO", ": must be trace, debug, info, warn, error or off"},
      {"LOG_FORMAT", "xml", ": must be json or plain"},
      {"VALIDATE_GOVERNMENT_ID", "yes", ": must be off, warn or reject"},
      {"BANKSLIP_TOPIC", "a b", topic},
      {"BANKSLIP_TOPIC", "..", topic},
      {"BANKSLIP_DLQ_TOPIC", "", topic},
      {"KAFKA_GROUP_ID", "", ": must be 1 to 255 characters without spaces"},
      {"SERVER_HOST", "a b", ": must be 1 to 255 characters without spaces"},
      {"POSTGRES_DB", "", ": must be 1 to 63 bytes"},
      {"BENEFICIARY_NAME", "", ": must be 1 to 255 bytes of UTF-8 without control characters"},
      {"PIX_KEY", "chave é", ": must be 1 to 77 ASCII characters without spaces"},
  };
  for (const auto& one : table)
    BOOST_TEST(refusal({{one.variable, one.value}})
               == std::string{one.variable} + "=" + one.value + one.allowed);
}

BOOST_AUTO_TEST_CASE(the_message_says_where_the_value_came_from) {
  config out;
  BOOST_TEST(load_config(sources({}, {{"WORKERS", "x"}}), out).value()
             == "WORKERS in .env=x: must be a whole number, 1 to 64");
  BOOST_TEST(load_config(sources({}, {}, {{"WORKERS", "x"}}), out).value()
             == "--workers=x: must be a whole number, 1 to 64");
}

BOOST_AUTO_TEST_CASE(a_message_is_one_short_line_and_tells_no_secret) {
  const auto text = refusal({{"WORKERS", std::string(500, 'a') + "\n\x1b[2J"}});
  BOOST_TEST(text.size() < 200u);
  BOOST_TEST(refusal({{"WORKERS", "1\n\x1b"}}) == "WORKERS=1??: must be a whole number, 1 to 64");
  config out;
  const auto secret = load_config(sources({{"POSTGRES_PASSWORD", std::string{"hush\0", 5}}}), out);
  BOOST_TEST(secret.value() == "POSTGRES_PASSWORD=***: must be text without NUL");
}

BOOST_AUTO_TEST_CASE(smtp_has_no_window) {
  const auto c = loaded(sources({{"EMAIL_URL", "smtp://user:hush@host:25"}}));
  BOOST_TEST(c.services.idempotency_window.count() == 0);
  BOOST_TEST(refusal({{"EMAIL_URL", "smtps://h:465"}, {"EMAIL_IDEMPOTENCY_WINDOW", "15m"}})
             == "EMAIL_IDEMPOTENCY_WINDOW=15m: must be 0 with SMTP, whose servers know no "
                "idempotency key");
  BOOST_TEST((loaded(sources({{"EMAIL_URL", "http://h:1"}})).services.idempotency_window == 15min));
}

BOOST_AUTO_TEST_CASE(values_that_cannot_stand_together_are_refused) {
  BOOST_TEST(refusal({{"BANKSLIP_DLQ_TOPIC", "bankslip_process"}})
             == "BANKSLIP_DLQ_TOPIC=bankslip_process: must be another topic than BANKSLIP_TOPIC");
  BOOST_TEST(refusal({{"ADMIN_PORT", "8000"}})
             == "ADMIN_PORT=8000: must be another port than SERVER_PORT, or 0 for any free one");
  BOOST_TEST(refusal({{"ADMIN_PORT", "8000"}, {"BANKSLIP_ROLE", "worker"}}) == "");
  BOOST_TEST(refusal({{"ADMIN_PORT", "0"}, {"SERVER_PORT", "0"}}) == "");
}

BOOST_AUTO_TEST_CASE(logs_are_plain_on_a_terminal_unless_set) {
  auto from = sources({});
  from.on_terminal = true;
  BOOST_TEST((loaded(from).log.format == telemetry::log_format::plain));
  from.command_line = {{"LOG_FORMAT", "json"}};
  BOOST_TEST((loaded(from).log.format == telemetry::log_format::json));
}

BOOST_AUTO_TEST_CASE(durations_are_read_and_written) {
  BOOST_TEST((parse_duration("0") == 0ms));
  BOOST_TEST((parse_duration("0s") == 0ms));
  BOOST_TEST((parse_duration("90m") == 90min));
  for (const auto* bad : {"", "s", "1", "-1s", "1.5s", "1S", "1s ", "1w", "99999999999999999999s"})
    BOOST_TEST(!parse_duration(bad), bad);
  for (const auto* text : {"0", "1ms", "1500ms", "20s", "15m", "36h", "7d"})
    BOOST_TEST(format_duration(parse_duration(text).value()) == text);
}

BOOST_AUTO_TEST_SUITE_END()
