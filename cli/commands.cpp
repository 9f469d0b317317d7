#include "cli/commands.hpp"

#include <algorithm>

namespace bankslip::cli {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t most_rows = 1'000'000'000'000;
constexpr text_rule any;
// It becomes a header.
constexpr text_rule api_key{"printable ASCII characters without spaces", [](std::string_view text) {
                              return std::ranges::all_of(
                                  text, [](unsigned char c) { return c > ' ' && c < 0x7F; });
                            }};
constexpr text_rule upload_id{"the number of an upload", [](std::string_view text) {
                                return text.size() <= 18
                                       && domain::parse_whole<std::uint64_t>(text).value_or(0) > 0;
                              }};

/// How a server is reached; not named like its variable, `--api-key` would be odd.
void server_settings(const option_list& list, server_options& o) {
  auto l = list.without("BANKSLIP_");
  l.text("BANKSLIP_URL", o.url, any, "address of the server");
  list.without("BANKSLIP_API_").secret("BANKSLIP_API_KEY", o.key, api_key, "key of the API");
  l.flag("--json", o.json, "writes JSON, for programs");
}

} // namespace

void upload_settings(option_list list, upload_client_options& o) {
  o.wait = false;
  list.text("file", o.file, any, "The file");
  list.require("file");
  server_settings(list, o);
  list = list.without("BANKSLIP_");
  list.flag("BANKSLIP_WAIT", o.wait,
            "waits until every accepted row is settled, showing how far it is");
}

void status_settings(option_list list, status_options& o) {
  list.text("id", o.id, upload_id, "The upload; left out: the newest ones");
  server_settings(list, o);
  list.flag("--follow", o.follow, "shows how it goes until the upload has ended");
  list.check([&o](const option_list&) {
    return o.follow && o.id.empty() ? "--follow: needs the id of an upload" : std::string{};
  });
}

void tail_settings(option_list list, server_options& o) { server_settings(list, o); }

void generate_settings(option_list list, generate_options& o) {
  list = list.without("GENERATE_");
  list.number("GENERATE_ROWS", o.rows, 0, most_rows, "rows of the file");
  list.number("GENERATE_SEED", o.seed, 0, UINT64_MAX,
              "the same gives the same debts, another one gives others");
  list.text("GENERATE_OUT", o.out, any, "the file; - is standard output");
  list.require("GENERATE_OUT");
  list.number("GENERATE_DUPLICATES", o.duplicates_percent, 0, 99,
              "of 100 rows so many repeat earlier ones");
  list.number("GENERATE_START_ID", o.start_id, 0, most_rows,
              "number of the first debt in the series of the seed");
}

void offsets_settings(option_list list, offsets_options& o) {
  list.text("--to", o.to,
            {"earliest, latest, settled or an offset",
             [](std::string_view text) { return text.empty() || parse_offset_target(text); },
             "earliest|latest|settled"},
            "sets the positions: to the log's first record, behind its last one, to what the "
            "database has settled, or to an offset");
  list.number("--partition", o.partition, 0, INT32_MAX, "only this partition; left out: all");
  list.flag("--yes", o.yes, "asks no confirmation");
}

void archive_settings(option_list list, archive_options& o) {
  list.text("--before", o.before, any, "day, YYYY-MM-DD, at least 30 days ago");
  list.require("--before");
  list.text("--out", o.out, any, "the file, which must not be there yet");
  list.require("--out");
  list.flag("--keep", o.keep, "copies them and leaves them in the database");
  list.flag("--yes", o.yes, "asks no confirmation");
}

void mock_services_settings(option_list list, mocks::mock_options& o) {
  list = list.without("MOCK_");
  list.text("MOCK_HOST", o.host, any, "address of both");
  list.number("MOCK_BOLETO_PORT", o.boleto_port, 0, 65535, "port of the boleto service");
  list.number("MOCK_EMAIL_PORT", o.email_port, 0, 65535, "port of the e-mail service");
  list.text("MOCK_LEDGER", o.ledger, any, "file that keeps every call");
  list.duration("MOCK_LATENCY_MIN", o.latency_min, 0s, 1h, "least time of an answer");
  list.duration("MOCK_LATENCY_MAX", o.latency_max, 0s, 1h, "longest time of an answer");
  list.duration("MOCK_EMAIL_WINDOW", o.email_window, 0s, std::chrono::days{365},
                "how long a key of an e-mail is known");
  list.duration("MOCK_BOLETO_WINDOW", o.boleto_window, 0s, std::chrono::days{365},
                "how long a key of a slip is known");
  list.number("MOCK_EMAIL_RATE", o.email_rate, 0, 1'000'000,
              "e-mails taken a second, beyond it 429 with Retry-After: 1; 0: all");
  list.number("MOCK_SEED", o.seed, 0, UINT64_MAX, "of all random choices");
  list.text("MOCK_FAULTS", o.faults, any,
            "faults of both from the start, as PUT /faults takes them");
}

void key_settings(option_list list, key_options& o) {
  list.text("name", o.name, {domain::api_key_name_rule.data(), domain::is_api_key_name},
            "name of the client, for logs and the audit");
  list.require("name");
  list.words("--scope", o.scopes,
             {domain::scope_names.data(),
              [](std::string_view text) { return domain::parse_scopes(text).has_value(); },
              "ingest|read|ops,..."},
             "what it may do; may be given again");
  list.require("--scope");
  list.number("--rate", o.requests_a_second, 0, 1'000'000, "requests a second; 0: any number");
  list.number("--rows", o.rows_a_day, 0, most_rows, "rows a day; 0: any number");
}

void boleto_inspect_settings(option_list list, std::string& code) {
  list.text("code", code, any, "Bar code, linha digitável or Pix code");
  list.require("code");
}

void boleto_encode_settings(option_list list, boleto_encode_options& o) {
  list.text("--bank", o.bank, any, "three digits; not needed with --layout");
  list.text("--due", o.due, any, "due date, YYYY-MM-DD; left out: none");
  using window = domain::due_date_window;
  list.choice("DUE_DATE_WINDOW", o.due_dates, {{"reject", window::reject}, {"off", window::off}},
              "due dates that banks would read as another day");
  list.number("--cents", o.cents, 0, 9'999'999'999, "amount in cents");
  list.require("--cents");
  list.text("--free-field", o.free_field, any, "campo livre, 25 digits");
  auto& parts = o.parts;
  list.text("--layout", parts.layout, {"", any.check, "banco-do-brasil|itau"},
            "makes the campo livre: banco-do-brasil or itau");
  list.text("--convenio", parts.convenio, any, "banco-do-brasil: convênio");
  list.text("--sequence", parts.sequence, any, "banco-do-brasil: number of the slip");
  list.text("--carteira", parts.carteira, any, "both layouts: carteira");
  list.text("--nosso-numero", parts.nosso_numero, any, "itau: nosso número");
  list.text("--agencia", parts.agencia, any, "itau: agência");
  list.text("--conta", parts.conta, any, "itau: conta without its digit");
}

} // namespace bankslip::cli
