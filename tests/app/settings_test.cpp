#include "app/settings.hpp"

#include <regex>
#include <set>
#include <sstream>

#include <boost/test/unit_test.hpp>

#include "cli/values.hpp"
#include "tests/support/environment.hpp"

using namespace bankslip;
using namespace bankslip::app;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(settings_test)

namespace {

using values = test::variables;

/// What `bankslip serve` was told.
struct outcome {
  config settings;
  int status = 0;
  /// Of both streams, without "bankslip: " and the line's end.
  std::string text;
};

outcome serve_with(const values& environment, const values& file = {},
                   std::vector<std::string> words = {},
                   void (*list)(cli::option_list, config&) = serve_settings) {
  const test::environment set{environment, file};
  outcome got;
  cli::command_line line{"about", "1"};
  line.add("serve", "what it does", list, [&](const config& c) {
    got.settings = c;
    return 0;
  });
  std::ostringstream text;
  words.insert(words.begin(), "serve");
  got.status = line.run(words, file, text, text);
  got.text = text.str();
  if (got.status == 2)
    got.text = got.text.substr(10, got.text.size() - 11);
  return got;
}

config loaded(const values& environment, const values& file = {},
              const std::vector<std::string>& words = {}) {
  auto got = serve_with(environment, file, words);
  BOOST_REQUIRE_MESSAGE(got.status == 0, got.text);
  return got.settings;
}

std::string refusal(const values& environment, const values& file = {},
                    const std::vector<std::string>& words = {}) {
  return serve_with(environment, file, words).text;
}

/// Variables and defaults, as the help says.
values documented() {
  auto help = serve_with({}, {}, {"--help"}).text;
  values out;
  const std::regex entry{R"(\(Env:(\w+)\)((?:.|\n)*?)(?=\n *--|\n\n|$))"};
  const std::regex shown{R"(\(([^()]*)\)\n?$)"};
  for (std::sregex_iterator at{help.begin(), help.end(), entry}, end; at != end; ++at) {
    const auto text = (*at)[2].str();
    std::smatch found;
    out[(*at)[1].str()] = std::regex_search(text, found, shown) ? found[1].str() : "";
  }
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(help_names_every_variable_with_its_default_and_no_password) {
  const values expected = {{"SERVER_HOST", "127.0.0.1"},
                           {"SERVER_PORT", "8000"},
                           {"API_KEYS_FILE", ""},
                           {"AUTH", "on"},
                           {"CORS_ORIGINS", ""},
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
                           {"POSTGRES_PASSWORD", ""},
                           {"POSTGRES_DB", "bankslip"},
                           {"POSTGRES_OPTIONS", ""},
                           {"POSTGRES_REQUIRE_SYNC", "off"},
                           {"CHUNK_SIZE", "1000"},
                           {"BOLETO_URL", ""},
                           {"EMAIL_URL", ""},
                           {"EMAIL_IDEMPOTENCY_WINDOW", "15m"},
                           {"SHUTDOWN_TIMEOUT", "20s"},
                           {"UPLOAD_MAX_BYTES", "2147483648"},
                           {"VALIDATE_GOVERNMENT_ID", "off"},
                           {"DUE_DATE_WINDOW", "reject"},
                           {"BANKSLIP_ROLE", "all"},
                           {"LOG_LEVEL", "info"},
                           {"LOG_FORMAT", "json"}};
  const auto said = documented();
  for (const auto& [variable, text] : expected) {
    BOOST_REQUIRE_MESSAGE(said.contains(variable), variable);
    BOOST_TEST(said.at(variable) == text, variable << " is " << said.at(variable));
  }
  const auto c = loaded({});
  BOOST_TEST(c.postgres.password == "changethis");
  BOOST_TEST(c.api.listen.port == 8000);
  BOOST_TEST(serve_with({}, {}, {"--help"}).text.find("changethis") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_default_is_an_allowed_value) {
  const auto said = documented();
  BOOST_TEST(said.size() > 35u);
  loaded(said);
}

BOOST_AUTO_TEST_CASE(migrate_takes_those_of_the_database) {
  const auto got =
      serve_with({}, {}, {"--postgres-db", "other", "--postgres-port", "1"}, migrate_settings);
  BOOST_TEST(got.settings.postgres.database == "other");
  BOOST_TEST(got.settings.postgres.port == "1");
  BOOST_TEST(serve_with({{"SERVER_PORT", "abc"}}, {}, {}, migrate_settings).status == 0);
  BOOST_TEST(serve_with({}, {}, {"--server-port", "1"}, migrate_settings).status == 2);
}

BOOST_AUTO_TEST_CASE(an_option_is_named_like_its_variable) {
  const auto c = loaded({}, {},
                        {"--role", "api", "--server-port=9000", "--kafka-instance-id", "",
                         "--shutdown-timeout", "1m"});
  BOOST_TEST(c.role == role::api);
  BOOST_TEST(c.api.listen.port == 9000);
  BOOST_TEST((c.shutdown_timeout == 1min));
}

BOOST_AUTO_TEST_CASE(an_empty_variable_hides_the_file) {
  BOOST_TEST(loaded({{"POSTGRES_PASSWORD", ""}}, {{"POSTGRES_PASSWORD", "x"}}).postgres.password
             == "");
}

BOOST_AUTO_TEST_CASE(values_reach_their_members) {
  const auto c = loaded({{"BANKSLIP_ROLE", "worker"},
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
                         {"LOG_FORMAT", "plain"}});
  BOOST_TEST(c.role == role::worker);
  BOOST_TEST(c.api.listen.host == "::1");
  BOOST_TEST(c.admin.port == 0);
  BOOST_TEST(c.kafka.extra == "a=b;c=d");
  BOOST_TEST(c.kafka.partitions == 12);
  BOOST_TEST(c.postgres.extra == "sslmode=require");
  BOOST_TEST(c.postgres.port == "5432");
  BOOST_TEST(c.chunk_size == 5000u);
  BOOST_TEST(c.workers == 64);
  BOOST_TEST((c.shutdown_timeout == 500ms));
  BOOST_TEST((c.services.idempotency_window == 24h));
  BOOST_TEST(c.api.upload_max_bytes == 3'000'000'000u);
  BOOST_TEST(c.validation.id_check == domain::government_id_check::reject);
  BOOST_TEST(c.services.starttls);
  BOOST_TEST(c.log.level == telemetry::log_level::debug);
  BOOST_TEST(c.log.format == telemetry::log_format::plain);
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
      {"DUE_DATE_WINDOW", "warn", ": must be reject or off"},
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

BOOST_AUTO_TEST_CASE(the_message_says_where_the_value_came_from_and_tells_no_secret) {
  const std::string workers = ": must be a whole number, 1 to 64";
  BOOST_TEST(refusal({}, {{"WORKERS", "x"}}) == "WORKERS in .env=x" + workers);
  BOOST_TEST(refusal({}, {}, {"--workers", "x"}) == "--workers=x" + workers);
  BOOST_TEST(refusal({}, {}, {"--postgres-password", std::string{"hush\0", 5}})
             == "--postgres-password=***: must be text without NUL");
}

BOOST_AUTO_TEST_CASE(smtp_has_no_window) {
  const auto c = loaded({{"EMAIL_URL", "smtp://user:hush@host:25"}});
  BOOST_TEST(c.services.idempotency_window.count() == 0);
  BOOST_TEST(refusal({{"EMAIL_URL", "smtps://h:465"}, {"EMAIL_IDEMPOTENCY_WINDOW", "15m"}})
             == "EMAIL_IDEMPOTENCY_WINDOW=15m: must be 0 with SMTP, whose servers know no "
                "idempotency key");
  BOOST_TEST((loaded({{"EMAIL_URL", "http://h:1"}}).services.idempotency_window == 15min));
}

BOOST_AUTO_TEST_CASE(emails_are_paced_where_they_are_real) {
  BOOST_TEST(loaded({}).delivery == mail_delivery::at_once);
  BOOST_TEST(loaded({{"EMAIL_URL", "http://h:1"}}).delivery == mail_delivery::paced);
  BOOST_TEST(loaded({{"EMAIL_URL", "http://h:1"}, {"EMAIL_DELIVERY", "inline"}}).delivery
             == mail_delivery::at_once);
  const auto c = loaded({{"EMAIL_URL", "http://h:1"},
                         {"EMAIL_RATE", "14"},
                         {"EMAIL_SCHEDULE", "mon-fri 08:00-20:00"}});
  BOOST_TEST(c.mail_rate == 14U);
  BOOST_TEST(
      refusal({{"EMAIL_DOMAIN_RATE", "gmail.com"}}).starts_with("EMAIL_DOMAIN_RATE=gmail.com: "));
}

BOOST_AUTO_TEST_CASE(a_pace_of_emails_that_have_none_is_refused) {
  BOOST_TEST(
      refusal({{"EMAIL_URL", "http://h:1"}, {"EMAIL_DELIVERY", "inline"}, {"EMAIL_RATE", "14"}})
      == "EMAIL_RATE=14: only paced e-mails have a pace, and EMAIL_DELIVERY is inline");
  for (const auto& [name, value] : {std::pair{"EMAIL_RATE", "14"},
                                    {"EMAIL_SCHEDULE", "mon-fri 08:00-20:00"},
                                    {"EMAIL_DOMAIN_RATE", "gmail.com=20"}}) {
    BOOST_TEST(refusal({{name, value}})
               == std::string{name} + "=" + value
                      + ": only paced e-mails have a pace, and without an EMAIL_URL they are not");
    BOOST_TEST(refusal({{name, value}, {"EMAIL_DELIVERY", "paced"}}) == "");
  }
  BOOST_TEST(refusal({{"EMAIL_RATE", "0"}}) == "");
}

BOOST_AUTO_TEST_CASE(events_are_written_where_there_is_an_endpoint) {
  BOOST_TEST(loaded({}).postgres.events.empty());
  BOOST_TEST(loaded({{"WEBHOOK_EVENTS", "bankslip.emailed"}}).postgres.events.empty());
  BOOST_TEST((loaded({{"WEBHOOK_URL", "https://h/"}}).postgres.events
              == domain::event_set{
                  domain::event_kind::upload_done, domain::event_kind::upload_aborted,
                  domain::event_kind::bankslip_failed, domain::event_kind::bankslip_in_doubt}));
  const auto c =
      loaded({{"WEBHOOK_URL", "https://h/"}, {"WEBHOOK_EVENTS", "upload.done,bankslip.emailed"}});
  BOOST_TEST((
      c.postgres.events
      == domain::event_set{domain::event_kind::upload_done, domain::event_kind::bankslip_emailed}));
  BOOST_TEST(refusal({{"WEBHOOK_EVENTS", "upload.done,lost"}})
             == "WEBHOOK_EVENTS=upload.done,lost: must be upload.done, upload.aborted, "
                "bankslip.failed, bankslip.in_doubt or bankslip.emailed, separated by commas "
                "without spaces");
}

BOOST_AUTO_TEST_CASE(values_that_cannot_stand_together_are_refused) {
  BOOST_TEST(refusal({{"BANKSLIP_DLQ_TOPIC", "bankslip_process"}})
             == "BANKSLIP_DLQ_TOPIC=bankslip_process: must be another topic than BANKSLIP_TOPIC");
  BOOST_TEST(refusal({{"ADMIN_PORT", "8000"}})
             == "ADMIN_PORT=8000: must be another port than SERVER_PORT, or 0 for any free one");
  BOOST_TEST(refusal({{"ADMIN_PORT", "8000"}, {"BANKSLIP_ROLE", "worker"}}) == "");
  BOOST_TEST(refusal({{"ADMIN_PORT", "0"}, {"SERVER_PORT", "0"}}) == "");
}

BOOST_AUTO_TEST_CASE(without_keys_the_api_listens_on_loopback_addresses_only) {
  for (const auto* host : {"127.0.0.1", "127.1.2.3", "::1", "localhost"})
    BOOST_TEST(refusal({{"SERVER_HOST", host}}) == "", host);
  for (const std::string host :
       {"0.0.0.0", "::", "192.168.0.1", "api.example", "1127.0.0.1", "127.example"}) {
    BOOST_TEST(refusal({{"SERVER_HOST", host}})
               == "SERVER_HOST=" + host
                      + ": must be a loopback address such as 127.0.0.1, unless keys are given by "
                        "API_KEYS_FILE or AUTH=off says that everybody may do everything");
    BOOST_TEST(refusal({{"SERVER_HOST", host}, {"AUTH", "off"}}) == "");
    BOOST_TEST(refusal({{"SERVER_HOST", host}, {"API_KEYS_FILE", "/etc/keys"}}) == "");
    BOOST_TEST(refusal({{"SERVER_HOST", host}, {"BANKSLIP_ROLE", "worker"}}) == "");
  }
}

BOOST_AUTO_TEST_CASE(origins_of_other_pages_are_listed) {
  const auto c = loaded({{"CORS_ORIGINS", "https://a.example, http://localhost:3000"}});
  BOOST_TEST((c.api.cors_origins
              == std::vector<std::string>{"https://a.example", "http://localhost:3000"}));
  for (const std::string bad : {"*", "a.example", "https://A.example", "https://a.example/",
                                "https://a.example/x", "https://", "null", "https://a b"})
    BOOST_TEST(refusal({{"CORS_ORIGINS", bad}})
                   == "CORS_ORIGINS=" + bad
                          + ": must be empty, or origins such as https://a.example:8443 with "
                            "commas between them",
               bad);
}

BOOST_AUTO_TEST_CASE(durations_are_read_and_written) {
  BOOST_TEST((cli::parse_duration("0") == 0ms));
  BOOST_TEST((cli::parse_duration("0s") == 0ms));
  BOOST_TEST((cli::parse_duration("90m") == 90min));
  for (const auto* bad : {"", "s", "1", "-1s", "1.5s", "1S", "1s ", "1w", "99999999999999999999s"})
    BOOST_TEST(!cli::parse_duration(bad), bad);
  for (const auto* text : {"0", "1ms", "1500ms", "20s", "15m", "36h", "7d"})
    BOOST_TEST(cli::format_duration(cli::parse_duration(text).value()) == text);
}

BOOST_AUTO_TEST_CASE(a_list_of_servers_is_refused_by_the_part_that_is_wrong) {
  const auto list = [](const std::string& servers, const std::string& ports) {
    return refusal({{"POSTGRES_SERVER", servers}, {"POSTGRES_PORT", ports}});
  };
  BOOST_TEST(list("a,b:5433,[::1]:1,::1,/run/pg", "5432").empty());
  BOOST_TEST(list("a,b,c", "1,2,3").empty());
  BOOST_TEST(list("a,,c", "1") == "POSTGRES_SERVER=a,,c: host 2 of 3 is empty");
  BOOST_TEST(list("a,:1", "1") == "POSTGRES_SERVER=a,:1: host 2 of 2 is empty");
  BOOST_TEST(list("a,b:x", "1")
             == "POSTGRES_SERVER=a,b:x: the port of b, 'x' must be a whole number, 1 to 65535");
  BOOST_TEST(
      list("a,[::1]5", "1")
      == "POSTGRES_SERVER=a,[::1]5: the port of ::1, ']5' must be a whole number, 1 to 65535");
  BOOST_TEST(list("a,b", "1,65536")
             == "POSTGRES_PORT=1,65536: '65536' must be a whole number, 1 to 65535");
  BOOST_TEST(list("a,b,c", "1,2")
             == "POSTGRES_PORT=1,2: must be one port, or one for each host of POSTGRES_SERVER, "
                "which has 3");
  for (auto* settings : {serve_settings, migrate_settings})
    BOOST_TEST(serve_with({{"POSTGRES_SERVER", "a,"}}, {}, {}, settings).status == 2);
}

BOOST_AUTO_TEST_SUITE_END()
