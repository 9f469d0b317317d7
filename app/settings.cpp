#include "app/settings.hpp"

#include <algorithm>
#include <utility>

#include "app/setting_kinds.hpp"
#include "domain/validation.hpp"

namespace bankslip::app {

namespace {

using namespace std::chrono_literals;

bool any_text(std::string_view text) { return text.find('\0') == std::string_view::npos; }

bool empty_or_word(std::string_view text) {
  return text.size() <= 255
         && std::ranges::none_of(text, [](unsigned char c) { return c <= ' ' || c == 0x7F; });
}

bool one_word(std::string_view text) { return !text.empty() && empty_or_word(text); }

// Kafka's own rule.
bool topic_name(std::string_view text) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !text.empty() && text.size() <= 249 && text != "." && text != ".."
         && text.find_first_not_of(letters) == std::string_view::npos;
}

bool database_name(std::string_view text) {
  return !text.empty() && text.size() <= 63 && any_text(text);
}

bool mail_sender(std::string_view text) {
  return text.find('@') != std::string_view::npos && text.size() <= 320
         && std::ranges::none_of(text, [](unsigned char c) { return c < ' ' || c == 0x7F; });
}

// What can be printed on a slip.
bool printed_text(std::string_view text) {
  return !text.empty() && text.size() <= 255 && domain::is_clean_utf8(text)
         && std::ranges::none_of(text, [](unsigned char c) { return c < ' ' || c == 0x7F; });
}

// Banco Central, Manual de Padrões para Iniciação do Pix: at most 77.
bool pix_key(std::string_view text) {
  return text.size() <= 77 && one_word(text)
         && std::ranges::none_of(text, [](unsigned char c) { return c >= 0x80; });
}

constexpr auto a_word = "1 to 255 characters without spaces";
constexpr auto a_topic = "1 to 249 letters, digits, '.', '_' or '-'";
constexpr auto a_name = "1 to 63 bytes";
constexpr auto a_print = "1 to 255 bytes of UTF-8 without control characters";
constexpr auto a_text = "text without NUL";

setting secret(setting s) {
  s.secret = true;
  return s;
}

void add_server(std::vector<setting>& out) {
  out.push_back(choice<role>(
      {"BANKSLIP_ROLE", "--role", "parts that this process runs"},
      {{"all", role::all}, {"api", role::api}, {"worker", role::worker}},
      [](auto& c) -> auto& { return c.role; }));
  out.push_back(text(
      {"SERVER_HOST", "--server-host", "address of the API"}, a_word, one_word,
      [](auto& c) -> auto& { return c.api.listen.host; }));
  out.push_back(number(
      {"SERVER_PORT", "--server-port", "port of the API; 0 is any free one"}, 0, 65535,
      [](auto& c) -> auto& { return c.api.listen.port; }));
  out.push_back(text(
      {"ADMIN_HOST", "--admin-host", "address of health, metrics, actors"}, a_word, one_word,
      [](auto& c) -> auto& { return c.admin.host; }));
  out.push_back(number(
      {"ADMIN_PORT", "--admin-port", "their port; 0 is any free one"}, 0, 65535,
      [](auto& c) -> auto& { return c.admin.port; }));
  out.push_back(number(
      {"UPLOAD_MAX_BYTES", "--upload-max-bytes", "longest body of an upload"}, 1,
      std::uint64_t{1} << 50, [](auto& c) -> auto& { return c.api.upload_max_bytes; }));
  out.push_back(number(
      {"MAX_UPLOADS", "--max-uploads", "uploads at a time; beyond it 503"}, 1, 1000,
      [](auto& c) -> auto& { return c.api.max_uploads; }));
  out.push_back(number(
      {"HTTP_THREADS", "--http-threads", "connections of the API at a time"}, 4, 4096,
      [](auto& c) -> auto& { return c.api.threads; }));
}

void add_kafka(std::vector<setting>& out) {
  out.push_back(text(
      {"KAFKA_BOOTSTRAP_SERVERS", "--kafka-bootstrap-servers",
       "brokers, host:port separated by commas"},
      "host:port, separated by commas, without spaces", one_word,
      [](auto& c) -> auto& { return c.kafka.bootstrap_servers; }));
  out.push_back(text(
      {"BANKSLIP_TOPIC", "--bankslip-topic", "topic of the debts"}, a_topic, topic_name,
      [](auto& c) -> auto& { return c.kafka.topic; }));
  out.push_back(text(
      {"BANKSLIP_DLQ_TOPIC", "--bankslip-dlq-topic", "topic of dead letters"}, a_topic, topic_name,
      [](auto& c) -> auto& { return c.kafka.dead_letter_topic; }));
  out.push_back(text(
      {"KAFKA_GROUP_ID", "--kafka-group-id", "consumer group of the workers"}, a_word, one_word,
      [](auto& c) -> auto& { return c.kafka.group_id; }));
  out.push_back(text(
      {"KAFKA_INSTANCE_ID", "--kafka-instance-id", "static member of the group; empty: dynamic"},
      "empty, or 1 to 249 letters, digits, '.', '_' or '-'",
      [](std::string_view v) { return v.empty() || topic_name(v); },
      [](auto& c) -> auto& { return c.kafka.instance_id; }));
  out.push_back(secret(text(
      {"KAFKA_OPTIONS", "--kafka-options", "further librdkafka properties, k=v;k=v"}, a_text,
      any_text, [](auto& c) -> auto& { return c.kafka.extra; })));
  out.push_back(number(
      {"TOPIC_PARTITIONS", "--topic-partitions", "used when a topic is created"}, 1, 1000,
      [](auto& c) -> auto& { return c.kafka.partitions; }));
  out.push_back(number(
      {"TOPIC_REPLICATION", "--topic-replication", "used when a topic is created"}, 1, 100,
      [](auto& c) -> auto& { return c.kafka.replication; }));
  out.push_back(duration(
      {"KAFKA_PUBLISH_TIMEOUT", "--kafka-publish-timeout",
       "longest wait of a record for its acknowledgement"},
      1s, 1h, [](auto& c) -> auto& { return c.kafka.publish_timeout; }));
}

void add_postgres(std::vector<setting>& out) {
  const auto first = out.size();
  out.push_back(text(
      {"POSTGRES_SERVER", "--postgres-server", "host, or folder of the socket"}, a_word, one_word,
      [](auto& c) -> auto& { return c.postgres.host; }));
  out.push_back(number(
      {"POSTGRES_PORT", "--postgres-port", "its port"}, 1, 65535,
      [](auto& c) -> auto& { return c.postgres.port; }));
  out.push_back(text(
      {"POSTGRES_USER", "--postgres-user", "role"}, a_name, database_name,
      [](auto& c) -> auto& { return c.postgres.user; }));
  out.push_back(secret(text(
      {"POSTGRES_PASSWORD", "--postgres-password",
       "password; better given by the environment than here"},
      a_text, any_text, [](auto& c) -> auto& { return c.postgres.password; })));
  out.push_back(text(
      {"POSTGRES_DB", "--postgres-db", "database"}, a_name, database_name,
      [](auto& c) -> auto& { return c.postgres.database; }));
  out.push_back(secret(text(
      {"POSTGRES_OPTIONS", "--postgres-options", "further libpq keywords, such as sslmode=require"},
      a_text, any_text, [](auto& c) -> auto& { return c.postgres.extra; })));
  for (auto i = first; i < out.size(); ++i)
    out[i].for_migrate = true;
}

void add_services(std::vector<setting>& out) {
  const std::vector<std::pair<std::string, bool>> on_off = {{"on", true}, {"off", false}};
  out.push_back(secret(text(
      {"BOLETO_URL", "--boleto-url", "boleto service; empty: built-in"}, a_text, any_text,
      [](auto& c) -> auto& { return c.services.boleto_url; })));
  out.push_back(secret(text(
      {"EMAIL_URL", "--email-url", "e-mail service, http:// or smtp://; empty: built-in"}, a_text,
      any_text, [](auto& c) -> auto& { return c.services.email_url; })));
  out.push_back(duration(
      {"EMAIL_IDEMPOTENCY_WINDOW", "--email-idempotency-window",
       "how long the provider remembers a key; 0 with SMTP"},
      0s, std::chrono::days{30}, [](auto& c) -> auto& { return c.services.idempotency_window; }));
  out.push_back(number(
      {"SERVICE_PARALLEL_CALLS", "--service-parallel-calls", "calls in flight of one worker"}, 1,
      1024, [](auto& c) -> auto& { return c.services.parallel_calls; }));
  out.push_back(duration(
      {"SERVICE_CALL_TIMEOUT", "--service-call-timeout", "of one call"}, 1ms, 30s,
      [](auto& c) -> auto& { return c.services.call_timeout; }));
  out.push_back(text(
      {"EMAIL_FROM", "--email-from", "sender of the e-mails, by SMTP"},
      "an address, or Name <address>, at most 320 bytes", mail_sender,
      [](auto& c) -> auto& { return c.services.mail_from; }));
  out.push_back(choice<bool>(
      {"EMAIL_STARTTLS", "--email-starttls", "demand TLS of smtp://"}, on_off,
      [](auto& c) -> auto& { return c.services.starttls; }));
  out.push_back(choice<bool>(
      {"EMAIL_ATTACH_PDF", "--email-attach-pdf", "attach the slip, by SMTP"}, on_off,
      [](auto& c) -> auto& { return c.services.attach_pdf; }));
  out.push_back(text(
      {"EMAIL_TEMPLATES", "--email-templates", "folder of the e-mail's templates; empty: built-in"},
      a_text, any_text, [](auto& c) -> auto& { return c.services.template_dir; }));
}

void add_beneficiary(std::vector<setting>& out) {
  out.push_back(text(
      {"BENEFICIARY_NAME", "--beneficiary-name", "who is paid, on slips and Pix"}, a_print,
      printed_text, [](auto& c) -> auto& { return c.services.beneficiary.name; }));
  out.push_back(text(
      {"BENEFICIARY_GOVERNMENT_ID", "--beneficiary-government-id", "as printed"}, a_print,
      printed_text, [](auto& c) -> auto& { return c.services.beneficiary.government_id; }));
  out.push_back(text(
      {"BENEFICIARY_ADDRESS", "--beneficiary-address", "as printed"}, a_print, printed_text,
      [](auto& c) -> auto& { return c.services.beneficiary.address; }));
  out.push_back(text(
      {"BENEFICIARY_AGENCY_CODE", "--beneficiary-agency-code",
       "agency and code at the bank, as printed"},
      a_print, printed_text, [](auto& c) -> auto& { return c.services.beneficiary.agency_code; }));
  out.push_back(text(
      {"BENEFICIARY_CITY", "--beneficiary-city", "city in Pix codes"}, a_print, printed_text,
      [](auto& c) -> auto& { return c.services.beneficiary.city; }));
  out.push_back(text(
      {"PIX_KEY", "--pix-key", "Pix key of the beneficiary"},
      "1 to 77 ASCII characters without spaces", pix_key,
      [](auto& c) -> auto& { return c.services.beneficiary.pix_key; }));
}

void add_work(std::vector<setting>& out) {
  using check = domain::government_id_check;
  out.push_back(number(
      {"CHUNK_SIZE", "--chunk-size", "rows validated and published together"}, 1, 100000,
      [](auto& c) -> auto& { return c.chunk_size; }));
  out.push_back(number(
      {"WORKERS", "--workers", "database workers"}, 1, 64,
      [](auto& c) -> auto& { return c.workers; }));
  out.push_back(duration(
      {"SHUTDOWN_TIMEOUT", "--shutdown-timeout", "longest graceful stop"}, 0s, 1h,
      [](auto& c) -> auto& { return c.shutdown_timeout; }));
  out.push_back(choice<check>(
      {"VALIDATE_GOVERNMENT_ID", "--validate-government-id",
       "look at the check digits of CPF and CNPJ"},
      {{"off", check::off}, {"warn", check::warn}, {"reject", check::reject}},
      [](auto& c) -> auto& { return c.validate_government_id; }));
}

void add_log(std::vector<setting>& out) {
  using level = telemetry::log_level;
  using format = telemetry::log_format;
  out.push_back(choice<level>(
      {"LOG_LEVEL", "--log-level", "least level that is logged"},
      {{"trace", level::trace},
       {"debug", level::debug},
       {"info", level::info},
       {"warn", level::warn},
       {"error", level::error},
       {"off", level::off}},
      [](auto& c) -> auto& { return c.log.level; }));
  out.back().for_migrate = true;
  out.push_back(choice<format>(
      {"LOG_FORMAT", "--log-format", "plain is also the terminal's default"},
      {{"json", format::json}, {"plain", format::plain}},
      [](auto& c) -> auto& { return c.log.format; }));
  out.back().for_migrate = true;
}

} // namespace

const std::vector<setting>& settings() {
  static const auto instance = [] {
    std::vector<setting> out;
    add_server(out);
    add_kafka(out);
    add_postgres(out);
    add_services(out);
    add_beneficiary(out);
    add_work(out);
    add_log(out);
    return out;
  }();
  return instance;
}

} // namespace bankslip::app
