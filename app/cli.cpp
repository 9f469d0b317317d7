#include "app/cli.hpp"

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

#include "app/cli_options.hpp"
#include "app/settings.hpp"

namespace bankslip::app {

namespace {

using command_line = std::map<std::string, std::string, std::less<>>;

constexpr std::uint64_t most_rows = 1'000'000'000'000;

/// All commands with what their options were set to.
class parser {
public:
  parser();
  command parse(std::vector<std::string> arguments, config_sources sources);

private:
  void add_serve();
  void add_migrate();
  void add_upload();
  void add_mock_services();
  void add_generate();
  void add_boleto();
  void add_setting(CLI::App& app, const setting& s, command_line& into);
  void take_from_file(const dotenv& file);
  command chosen(config_sources sources) const;

  CLI::App app_{"Imports debts from CSV files, makes their bank slips and e-mails them.",
                "bankslip"};
  CLI::App* serve_ = nullptr;
  CLI::App* migrate_ = nullptr;
  CLI::App* upload_ = nullptr;
  CLI::App* mock_ = nullptr;
  CLI::App* generate_ = nullptr;
  CLI::App* inspect_ = nullptr;
  CLI::App* encode_ = nullptr;
  command_line serve_values_;
  command_line migrate_values_;
  upload_command upload_values_;
  mock_services_command mock_values_;
  generate_command generate_values_;
  inspect_command inspect_values_;
  encode_command encode_values_;
};

std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  std::ranges::replace(text, '\n', ' ');
  return text;
}

finished refused(std::string text) { return {2, "bankslip: " + one_line(std::move(text)) + "\n"}; }

parser::parser() {
  app_.set_version_flag("--version", "bankslip " BANKSLIP_VERSION);
  app_.require_subcommand(1);
  add_serve();
  add_migrate();
  add_upload();
  add_mock_services();
  add_generate();
  add_boleto();
}

void parser::add_setting(CLI::App& app, const setting& s, command_line& into) {
  auto shown = s.show(config{});
  if (s.secret && !shown.empty())
    shown = "that of scripts/stack";
  const auto help =
      s.variable + (shown.empty() ? " (empty" : " (" + shown) + "): " + s.help + "; " + s.allowed;
  app.add_option_function<std::string>(
         s.option, [&into, name = s.variable](const std::string& text) { into[name] = text; }, help)
      // An empty text is a value too.
      ->expected(0, 1)
      ->type_name("");
}

void parser::add_serve() {
  serve_ = app_.add_subcommand("serve", "Runs the server until SIGINT or SIGTERM.");
  serve_->footer("Each option is also an environment variable, named here with its default; a "
                 ".env file in the working directory is read too. The option wins over the "
                 "environment, the environment over the file.");
  for (const auto& s : settings())
    add_setting(*serve_, s, serve_values_);
}

void parser::add_migrate() {
  migrate_ = app_.add_subcommand("migrate", "Creates or updates the database's tables.");
  migrate_->footer("Options are environment variables and .env values too, as with serve.");
  for (const auto& s : settings())
    if (s.for_migrate)
      add_setting(*migrate_, s, migrate_values_);
}

void parser::add_upload() {
  upload_ = app_.add_subcommand("upload", "Sends a CSV file to a server.");
  auto& o = upload_values_.options;
  o.wait = false;
  upload_->add_option("file", o.file, "The file")->required()->type_name("FILE");
  upload_->add_option("--url", o.url, "BANKSLIP_URL: address of the server")
      ->envname("BANKSLIP_URL")
      ->type_name("URL")
      ->capture_default_str();
  upload_
      ->add_flag("--wait", o.wait,
                 "Waits until every accepted row is settled, showing how far it is")
      ->envname("BANKSLIP_WAIT");
}

void parser::add_mock_services() {
  mock_ = app_.add_subcommand("mock-services", "Runs a boleto and an e-mail service for tests.");
  auto& o = mock_values_.options;
  mock_->add_option("--host", o.host, "Address of both")
      ->envname("MOCK_HOST")
      ->capture_default_str();
  number_option(*mock_, "--boleto-port", o.boleto_port, 0, 65535, "Port of the boleto service")
      ->envname("MOCK_BOLETO_PORT");
  number_option(*mock_, "--email-port", o.email_port, 0, 65535, "Port of the e-mail service")
      ->envname("MOCK_EMAIL_PORT");
  mock_->add_option("--ledger", o.ledger, "File that keeps every call")
      ->envname("MOCK_LEDGER")
      ->capture_default_str();
  duration_option(*mock_, "--latency-min", o.latency_min, "Least time of an answer")
      ->envname("MOCK_LATENCY_MIN");
  duration_option(*mock_, "--latency-max", o.latency_max, "Longest time of an answer")
      ->envname("MOCK_LATENCY_MAX");
  duration_option(*mock_, "--email-window", o.email_window, "How long a key of an e-mail is known")
      ->envname("MOCK_EMAIL_WINDOW");
  duration_option(*mock_, "--boleto-window", o.boleto_window, "How long a key of a slip is known")
      ->envname("MOCK_BOLETO_WINDOW");
  number_option(*mock_, "--seed", o.seed, 0, UINT64_MAX, "Of all random choices")
      ->envname("MOCK_SEED");
}

void parser::add_generate() {
  generate_ = app_.add_subcommand("generate", "Writes a CSV file of invented debts.");
  auto& o = generate_values_.options;
  number_option(*generate_, "--rows", o.rows, 0, most_rows, "Rows of the file")
      ->envname("GENERATE_ROWS");
  number_option(*generate_, "--seed", o.seed, 0, UINT64_MAX,
                "The same gives the same debts, another one gives others")
      ->envname("GENERATE_SEED");
  generate_->add_option("--out", o.out, "The file; - is standard output")
      ->required()
      ->envname("GENERATE_OUT")
      ->type_name("FILE");
  number_option(*generate_, "--duplicates", o.duplicates_percent, 0, 99,
                "Of 100 rows so many repeat earlier ones")
      ->envname("GENERATE_DUPLICATES");
  number_option(*generate_, "--start-id", o.start_id, 0, most_rows,
                "Number of the first debt in the series of the seed")
      ->envname("GENERATE_START_ID");
}

void parser::add_boleto() {
  auto* boleto = app_.add_subcommand("boleto", "Reads and writes codes of bank slips.");
  boleto->require_subcommand(1);
  inspect_ = boleto->add_subcommand("inspect", "Says what a code means, as JSON.");
  inspect_->add_option("code", inspect_values_.code, "Bar code, linha digitável or Pix code")
      ->required()
      ->type_name("CODE");
  encode_ = boleto->add_subcommand("encode", "Makes bar code and linha digitável, as JSON.");
  auto& o = encode_values_.options;
  encode_->add_option("--bank", o.bank, "Three digits; not needed with --layout");
  encode_->add_option("--due", o.due, "Due date, YYYY-MM-DD; left out: none");
  number_option(*encode_, "--cents", o.cents, 0, 9'999'999'999, "Amount in cents")->required();
  encode_->add_option("--free-field", o.free_field, "Campo livre, 25 digits");
  auto& parts = o.parts;
  encode_->add_option("--layout", parts.layout, "Makes the campo livre: banco-do-brasil or itau");
  encode_->add_option("--convenio", parts.convenio, "banco-do-brasil: convênio");
  encode_->add_option("--sequence", parts.sequence, "banco-do-brasil: number of the slip");
  encode_->add_option("--carteira", parts.carteira, "Both layouts: carteira");
  encode_->add_option("--nosso-numero", parts.nosso_numero, "itau: nosso número");
  encode_->add_option("--agencia", parts.agencia, "itau: agência");
  encode_->add_option("--conta", parts.conta, "itau: conta without its digit");
}

// Of the commands whose options CLI11 looks up in the environment by itself. What
// the file says counts like it, where neither says otherwise.
void parser::take_from_file(const dotenv& file) {
  for (auto* command : {upload_, mock_}) {
    if (!command->parsed())
      continue;
    for (auto* option : command->get_options()) {
      const auto found = file.find(option->get_envname());
      if (option->count() > 0 || found == file.end())
        continue;
      option->add_result(found->second);
      option->run_callback();
    }
  }
}

command parser::chosen(config_sources sources) const {
  const bool serving = serve_->parsed();
  if (serving || migrate_->parsed()) {
    sources.command_line = serving ? serve_values_ : migrate_values_;
    config settings;
    if (const auto wrong = load_config(sources, settings))
      return refused(*wrong);
    if (serving)
      return serve_command{std::move(settings)};
    return migrate_command{std::move(settings)};
  }
  if (upload_->parsed())
    return upload_values_;
  if (mock_->parsed())
    return mock_values_;
  if (generate_->parsed())
    return generate_values_;
  if (inspect_->parsed())
    return inspect_values_;
  return encode_values_;
}

command parser::parse(std::vector<std::string> arguments, config_sources sources) {
  const auto is_first = [&](const CLI::App* app) { return app->get_name() == arguments[0]; };
  if (!arguments.empty() && !arguments[0].starts_with('-')
      && app_.get_subcommands(is_first).empty())
    return refused(shown_value(arguments[0]) + ": no such command (see --help)");
  try {
    std::ranges::reverse(arguments);
    app_.parse(std::move(arguments));
    take_from_file(sources.file);
  } catch (const CLI::Success& asked) {
    std::ostringstream out;
    app_.exit(asked, out, out);
    return finished{0, out.str()};
  } catch (const CLI::ParseError& error) {
    return refused(std::string{error.what()} + " (see --help)");
  }
  return chosen(std::move(sources));
}

} // namespace

command parse_command(std::vector<std::string> arguments, config_sources sources) {
  parser all;
  return all.parse(std::move(arguments), std::move(sources));
}

} // namespace bankslip::app
