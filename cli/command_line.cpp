#include "cli/command_line.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <iostream>
#include <set>
#include <sstream>

#include <CLI/CLI.hpp>

#include "cli/impl/completion.hpp"
#include "cli/values.hpp"

namespace bankslip::cli {

/// Where the values of a run come from.
struct value_sources {
  std::vector<std::string> arguments;
  /// Variables that the file gave.
  std::set<std::string> in_file;
  /// What an option may be.
  option_words words;
};

namespace {

bool is_variable(const std::string& name) {
  return std::isupper(static_cast<unsigned char>(name.front())) != 0;
}

/// "SERVER_PORT" to "--server-port".
std::string option_name(std::string name, const std::string& prefix) {
  if (!is_variable(name))
    return name;
  if (name.starts_with(prefix))
    name.erase(0, prefix.size());
  for (auto& c : name)
    c = c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return "--" + name;
}

/// How a value is called that is refused: "--server-port", "SERVER_PORT" or
/// "SERVER_PORT in .env".
std::string origin(const value_sources& from, const std::string& variable,
                   const std::string& option) {
  const auto is_it = [&](const std::string& word) {
    return word == option || word.starts_with(option + "=");
  };
  if (variable.empty() || std::ranges::any_of(from.arguments, is_it))
    return option;
  return from.in_file.contains(variable) ? variable + " in .env" : variable;
}

std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  std::ranges::replace(text, '\n', ' ');
  return text;
}

/// CLI11 takes an empty variable for none; here it is a value, which hides the file's.
void take_empty_variables(CLI::App& command) {
  for (auto* option : command.get_options()) {
    const auto* text = std::getenv(option->get_envname().c_str());
    if (option->get_expected_max() > 0 && text != nullptr && *text == '\0')
      option->add_result("");
  }
}

} // namespace

struct option_list::state {
  CLI::App& app;
  std::shared_ptr<value_sources> from;
  std::map<std::string, CLI::Option*> options;
  std::vector<std::function<std::string(const option_list&)>> checks;
};

option_list option_list::without(std::string prefix) const {
  auto out = *this;
  out.prefix_ = std::move(prefix);
  return out;
}

void option_list::add(const std::string& name, description about,
                      std::function<bool(std::string_view)> take) {
  const auto option = option_name(name, prefix_);
  const auto variable = is_variable(name) ? name : "";
  const auto take_or_refuse = [=, from = state_->from](const std::string& text) {
    if (take(text))
      return;
    const auto shown = about.secret && !text.empty() ? "***" : shown_value(text);
    throw CLI::ValidationError(origin(*from, variable, option) + "=" + shown,
                               "must be " + about.allowed);
  };
  if (!about.allowed.empty())
    about.help += "; " + about.allowed;
  if (!about.now.empty() && !about.secret)
    about.help += " (" + about.now + ")";
  auto* added = state_->app.add_option_function<std::string>(option, take_or_refuse, about.help);
  added->type_name("")->envname(variable)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  if (!about.words.empty())
    state_->from->words.emplace(added, about.words);
  // An empty text is a value too.
  if (option.starts_with("-"))
    added->expected(0, 1);
  state_->options.emplace(name, added);
}

void option_list::text(const std::string& name, std::string& value, text_rule rule,
                       const std::string& help, bool secret) {
  add(name, {help, value, rule.allowed, secret}, [rule, &value](std::string_view text) {
    value = text;
    return rule.check(text);
  });
}

void option_list::words(const std::string& name, std::string& value, text_rule rule,
                        const std::string& help) {
  text(name, value, rule, help);
  state_->options.at(name)->join(',');
}

void option_list::flag(const std::string& name, bool& value, const std::string& help) {
  state_->app.add_flag(option_name(name, prefix_), value, help)
      ->envname(is_variable(name) ? name : "");
}

void option_list::require(const std::string& name) { state_->options.at(name)->required(); }

bool option_list::is_set(const std::string& name) const {
  return state_->options.at(name)->count() > 0;
}

void option_list::check(std::function<std::string(const option_list&)> fault) {
  state_->checks.push_back(std::move(fault));
}

struct command_line::parts {
  CLI::App app;
  std::shared_ptr<value_sources> from;
  /// Does the work of the command that was named.
  std::function<int()> chosen;
};

command_line::command_line(const std::string& about, const std::string& version)
    : parts_{new parts{CLI::App{about, "bankslip"}, std::make_shared<value_sources>(), {}}} {
  parts_->app.set_version_flag("--version", "bankslip " + version);
  parts_->app.require_subcommand(1);
  parts_->app.footer("An option with (Env:NAME) is also an environment variable; a .env file in "
                     "the working directory is read too. The option wins over the environment, "
                     "the environment over the file.");
}

command_line::~command_line() = default;

void command_line::add_group(const std::string& name, const std::string& help) {
  parts_->app.add_subcommand(name, help)->require_subcommand(1);
}

void command_line::add_completion(const std::string& name) {
  struct options {
    std::string shell = "bash";
  };
  add<options>(
      name,
      "Writes a script that completes commands and options: source <(bankslip completion bash).",
      [](option_list list, options& o) {
        list.choice("shell", o.shell, {{"bash", "bash"}}, "The shell");
        list.require("shell");
      },
      [this](const options&) {
        std::cout << bash_completion(parts_->app, parts_->from->words) << std::flush;
        return 0;
      });
}

option_list command_line::add_command(const std::string& name, const std::string& help,
                                      std::function<int()> work) {
  const auto space = name.find(' ');
  auto* parent = &parts_->app;
  if (space != std::string::npos)
    parent = parent->get_subcommand(name.substr(0, space));
  auto* command = parent->add_subcommand(name.substr(space + 1), help);
  const std::shared_ptr<option_list::state> state{
      new option_list::state{*command, parts_->from, {}, {}}};
  command->preparse_callback([command](std::size_t) { take_empty_variables(*command); });
  // Not `callback`: CLI11 would read the variables of commands that nobody named.
  command->parse_complete_callback([this, state, work] {
    for (const auto& fault : state->checks)
      if (const auto text = fault(option_list{state}); !text.empty())
        throw CLI::ValidationError(text);
    parts_->chosen = work;
  });
  return option_list{state};
}

int command_line::run(const std::vector<std::string>& arguments, const dotenv& file,
                      std::ostream& out, std::ostream& err) {
  const auto refuse = [&](const std::string& text) {
    err << "bankslip: " << one_line(text) << '\n';
    return 2;
  };
  auto& app = parts_->app;
  for (const auto& [name, value] : file)
    if (std::getenv(name.c_str()) == nullptr) {
      ::setenv(name.c_str(), value.c_str(), 1);
      parts_->from->in_file.insert(name);
    }
  parts_->from->arguments = arguments;
  if (!arguments.empty() && !arguments[0].starts_with('-')
      && app.get_subcommands([&](auto* c) { return c->get_name() == arguments[0]; }).empty())
    return refuse(shown_value(arguments[0]) + ": no such command (see --help)");
  try {
    app.parse(std::vector<std::string>{arguments.rbegin(), arguments.rend()});
  } catch (const CLI::Success& asked) {
    return app.exit(asked, out, err);
  } catch (const CLI::ValidationError& error) {
    return refuse(error.what());
  } catch (const CLI::ParseError& error) {
    return refuse(std::string{error.what()} + " (see --help)");
  }
  return parts_->chosen();
}

} // namespace bankslip::cli
