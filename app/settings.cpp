#include "app/settings.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "app/setting_faults.hpp"
#include "cli/commands.hpp"
#include "cli/values.hpp"
#include "domain/pace/domain_rates.hpp"
#include "domain/pace/send_schedule.hpp"
#include "domain/text/ascii.hpp"
#include "domain/text/parse.hpp"
#include "domain/validation.hpp"
#include "http/api/cors.hpp"

namespace bankslip::app {

namespace {

using namespace std::chrono_literals;
using cli::option_list;
using cli::text_rule;

bool has_no_nul(char c) { return c != '\0'; }
bool has_no_control(char c) { return static_cast<unsigned char>(c) >= ' ' && c != 0x7F; }
bool has_no_space(char c) { return has_no_control(c) && c != ' '; }
bool is_plain(char c) { return has_no_space(c) && (c & 0x80) == 0; }
bool is_topic_letter(char c) { return domain::is_alnum(c) || c == '.' || c == '_' || c == '-'; }

/// `least` to `most` bytes, each as `fits` says.
template <std::size_t least, std::size_t most, bool (*fits)(char)>
bool has(std::string_view text) {
  return text.size() >= least && text.size() <= most && std::ranges::all_of(text, fits);
}

// Kafka's own rule.
bool is_topic(std::string_view text) {
  return has<1, 249, is_topic_letter>(text) && text != "." && text != "..";
}

constexpr text_rule any_text{"text without NUL", has<0, SIZE_MAX, has_no_nul>};
constexpr text_rule word{"1 to 255 characters without spaces", has<1, 255, has_no_space>};
constexpr text_rule brokers{"host:port, separated by commas, without spaces", word.check};
constexpr text_rule server_names{"host or host:port, separated by commas, without spaces",
                                 has<1, 4096, has_no_space>};
constexpr text_rule server_ports{"1 to 65535, separated by commas", has<1, 4096, has_no_space>};
constexpr text_rule topic{"1 to 249 letters, digits, '.', '_' or '-'", is_topic};
constexpr text_rule member{"empty, or 1 to 249 letters, digits, '.', '_' or '-'",
                           [](std::string_view text) { return text.empty() || is_topic(text); }};
constexpr text_rule name{"1 to 63 bytes", has<1, 63, has_no_nul>};
constexpr text_rule origins{http::origins_rule.data(), [](std::string_view text) {
                              return http::parse_origins(text).has_value();
                            }};
constexpr text_rule sender{
    "an address, or Name <address>, at most 320 bytes", [](std::string_view text) {
      return text.find('@') != std::string_view::npos && has<1, 320, has_no_control>(text);
    }};
constexpr text_rule printed{
    "1 to 255 bytes of UTF-8 without control characters", [](std::string_view text) {
      return domain::is_clean_utf8(text) && has<1, 255, has_no_control>(text);
    }};
// Banco Central, Manual de Padrões para Iniciação do Pix: at most 77.
constexpr text_rule pix_key{"1 to 77 ASCII characters without spaces", has<1, 77, is_plain>};

constexpr text_rule schedule{
    "windows of days, hours and a time zone, such as mon-fri 08:00-20:00 America/Sao_Paulo, "
    "separated by ;",
    [](std::string_view text) { return static_cast<bool>(domain::send_schedule::parse(text)); }};
constexpr text_rule domain_limits{
    "domain=messages a second, such as gmail.com=20, separated by ;",
    [](std::string_view text) { return static_cast<bool>(domain::domain_rates::parse(text)); }};

void server_settings(const option_list& list, config& c) {
  auto l = list;
  l.without("BANKSLIP_")
      .choice("BANKSLIP_ROLE", c.role,
              {{"all", role::all}, {"api", role::api}, {"worker", role::worker}},
              "parts that this process runs");
  l.text("SERVER_HOST", c.api.listen.host, word, "address of the API");
  l.number("SERVER_PORT", c.api.listen.port, 0, 65535, "port of the API; 0 is any free one");
  l.text("API_KEYS_FILE", c.api_keys_file, any_text,
         "file of the API's keys, a line each, read anew on SIGHUP; empty: no keys");
  l.on_off("AUTH", c.auth,
           "on: by keys, and without any on loopback addresses only; off: everybody may do "
           "everything");
  l.text("CORS_ORIGINS", c.cors_origins, origins,
         "origins whose pages may call from a browser, by a key");
  l.text("ADMIN_HOST", c.admin.host, word, "address of health, metrics, actors");
  l.number("ADMIN_PORT", c.admin.port, 0, 65535, "their port; 0 is any free one");
  l.number("UPLOAD_MAX_BYTES", c.api.upload_max_bytes, 1, std::uint64_t{1} << 50,
           "longest body of an upload");
  l.number("MAX_UPLOADS", c.api.max_uploads, 1, 1000, "uploads at a time; beyond it 503");
  l.number("MAX_STREAMS", c.api.max_streams, 0, 100'000, "event streams at a time; beyond it 503");
  l.number("HTTP_THREADS", c.api.threads, 4, 4096, "connections of the API at a time");
}

void service_settings(option_list l, config& c) {
  auto& s = c.services;
  l.secret("BOLETO_URL", s.boleto_url, any_text, "boleto service; empty: built-in");
  l.secret("EMAIL_URL", s.email_url, any_text,
           "e-mail service, http:// or smtp://; empty: built-in");
  l.choice("EMAIL_DELIVERY", c.delivery,
           {{"inline", mail_delivery::at_once}, {"paced", mail_delivery::paced}},
           "paced (where there is an EMAIL_URL, unless this says otherwise): slips do not wait for "
           "e-mails, which go out at the provider's pace");
  l.number("EMAIL_RATE", c.mail_rate, 0, 1'000'000,
           "paced e-mails a second of all processes; 0: found out from what the provider says");
  l.number("EMAIL_BURST", c.mail_burst, 0, 1'000'000,
           "most of them at once; 0: one second's worth");
  l.text("EMAIL_SCHEDULE", c.mail_schedule, schedule,
         "when paced e-mails go out, such as mon-fri 08:00-20:00 America/Sao_Paulo; empty: always");
  l.text("EMAIL_DOMAIN_RATE", c.mail_domain_rates, domain_limits,
         "paced e-mails a second to single domains, such as gmail.com=20;hotmail.com=5");
  l.duration("EMAIL_IDEMPOTENCY_WINDOW", s.idempotency_window, 0s, std::chrono::days{30},
             "how long the provider remembers a key; 0 with SMTP");
  l.number("SERVICE_PARALLEL_CALLS", s.parallel_calls, 1, 1024, "calls in flight of one worker");
  l.duration("SERVICE_CALL_TIMEOUT", s.call_timeout, 1ms, 30s, "longest time of one call");
  l.text("EMAIL_FROM", s.mail_from, sender, "sender of the e-mails, by SMTP");
  l.on_off("EMAIL_STARTTLS", s.starttls, "demand TLS of smtp://");
  l.on_off("EMAIL_ATTACH_PDF", s.attach_pdf, "attach the slip, by SMTP");
  l.text("EMAIL_TEMPLATES", s.template_dir, any_text,
         "folder of the e-mail's templates; empty: built-in");
  auto& b = s.beneficiary;
  l.text("BENEFICIARY_NAME", b.name, printed, "who is paid, on slips and Pix");
  l.text("BENEFICIARY_GOVERNMENT_ID", b.government_id, printed, "as printed");
  l.text("BENEFICIARY_ADDRESS", b.address, printed, "as printed");
  l.text("BENEFICIARY_AGENCY_CODE", b.agency_code, printed,
         "agency and code at the bank, as printed");
  l.text("BENEFICIARY_CITY", b.city, printed, "city in Pix codes");
  l.text("PIX_KEY", b.pix_key, pix_key, "Pix key of the beneficiary");
}

constexpr text_rule event_names{
    "upload.done, upload.aborted, bankslip.failed, bankslip.in_doubt or bankslip.emailed, "
    "separated by commas without spaces",
    [](std::string_view text) { return events_in(text).has_value(); },
    "upload.done|upload.aborted|bankslip.failed|bankslip.in_doubt|bankslip.emailed,..."};

void webhook_settings(option_list l, config& c) {
  auto& w = c.webhooks;
  l.secret("WEBHOOK_URL", w.url, any_text, "address that events are told to; empty: none");
  l.secret("WEBHOOK_SECRET", w.secret, any_text,
           "whsec_ and base64, which signs them; two, with a space between, while rotating");
  l.text("WEBHOOK_EVENTS", c.webhook_events, event_names, "events that are told");
  l.on_off("WEBHOOK_ALLOW_PRIVATE", w.allow_private, "tell them to addresses that are not public");
}

void work_settings(option_list l, config& c) {
  using check = domain::government_id_check;
  l.number("CHUNK_SIZE", c.chunk_size, 1, 100'000, "rows validated and published together");
  l.number("WORKERS", c.workers, 1, 64, "database workers");
  l.number("RETENTION_DAYS", c.retention_days, 0, 36'500,
           "days that ended uploads, the audit and told events are kept; 0: for ever");
  l.duration("SHUTDOWN_TIMEOUT", c.shutdown_timeout, 0s, 1h, "longest graceful stop");
  l.choice("VALIDATE_GOVERNMENT_ID", c.validation.id_check,
           {{"off", check::off}, {"warn", check::warn}, {"reject", check::reject}},
           "look at the check digits of CPF and CNPJ");
  using window = domain::due_date_window;
  l.choice("DUE_DATE_WINDOW", c.validation.due_dates,
           {{"reject", window::reject}, {"off", window::off}},
           "due dates that the bar code's factor cannot say today");
}

} // namespace

void kafka_settings(option_list l, config& c) {
  auto& k = c.kafka;
  l.text("KAFKA_BOOTSTRAP_SERVERS", k.bootstrap_servers, brokers,
         "brokers, host:port separated by commas");
  l.text("BANKSLIP_TOPIC", k.topic, topic, "topic of the debts");
  l.text("BANKSLIP_DLQ_TOPIC", k.dead_letter_topic, topic, "topic of dead letters");
  l.text("KAFKA_GROUP_ID", k.group_id, word, "consumer group of the workers");
  l.text("KAFKA_INSTANCE_ID", k.instance_id, member, "static member of the group; empty: dynamic");
  l.choice("KAFKA_COMPRESSION", k.compression,
           {{"lz4", "lz4"}, {"zstd", "zstd"}, {"gzip", "gzip"}, {"none", "none"}},
           "of what is published; aiokafka without extras reads gzip and none only");
  l.secret("KAFKA_OPTIONS", k.extra, any_text, "further librdkafka properties, k=v;k=v");
  l.number("TOPIC_PARTITIONS", k.partitions, 1, 1000, "used when a topic is created");
  l.number("TOPIC_REPLICATION", k.replication, 1, 100, "used when a topic is created");
  l.duration("KAFKA_PUBLISH_TIMEOUT", k.publish_timeout, 1s, 1h,
             "longest wait of a record for its acknowledgement");
}

void postgres_settings(option_list l, config& c) {
  auto& p = c.postgres;
  l.text("POSTGRES_SERVER", p.host, server_names,
         "host, or folder of the socket; of several the one that takes writes is used");
  l.text("POSTGRES_PORT", p.port, server_ports, "its port; one for all hosts, or one for each");
  l.text("POSTGRES_USER", p.user, name, "role");
  l.secret("POSTGRES_PASSWORD", p.password, any_text,
           "password (that of scripts/stack); better given by the environment than here");
  l.text("POSTGRES_DB", p.database, name, "database");
  l.secret("POSTGRES_OPTIONS", p.extra, any_text,
           "further libpq keywords, such as sslmode=require");
  l.on_off("POSTGRES_PREPARED", p.prepared,
           "prepare statements by name; off behind PgBouncer in transaction mode");
}

/// Of those that serve.
void replication_settings(option_list l, config& c) {
  l.on_off("POSTGRES_REQUIRE_SYNC", c.requires_synchronous,
           "refuse to work where no commit waits for a synchronous standby");
}

void log_settings(option_list l, config& c) {
  using level = telemetry::log_level;
  using format = telemetry::log_format;
  l.choice("LOG_LEVEL", c.log.level,
           {{"trace", level::trace},
            {"debug", level::debug},
            {"info", level::info},
            {"warn", level::warn},
            {"error", level::error},
            {"off", level::off}},
           "least level that is logged");
  l.choice("LOG_FORMAT", c.log.format, {{"json", format::json}, {"plain", format::plain}},
           "json, but plain on a terminal");
}

void serve_settings(option_list list, config& c) {
  server_settings(list, c);
  kafka_settings(list, c);
  postgres_settings(list, c);
  replication_settings(list, c);
  service_settings(list, c);
  webhook_settings(list, c);
  work_settings(list, c);
  log_settings(list, c);
  list.check([&c](const option_list& l) { return complete(l, c); });
}

void migrate_settings(option_list list, config& c) {
  postgres_settings(list, c);
  log_settings(list, c);
  list.check([&c](const option_list&) { return fault_of_servers(c); });
}

void offsets_settings(option_list list, offsets_config& c) {
  kafka_settings(list, c.common);
  postgres_settings(list, c.common);
  cli::offsets_settings(list, c.offsets);
  list.check([&c](const option_list&) { return fault_of_servers(c.common); });
}

void archive_settings(option_list list, archive_config& c) {
  postgres_settings(list, c.common);
  cli::archive_settings(list, c.archive);
  list.check([&c](const option_list&) { return fault_of_servers(c.common); });
}

} // namespace bankslip::app
