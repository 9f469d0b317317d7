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

namespace {

/// A value that is not allowed, and whose.
struct refused_value {
  std::string variable, option, shown, allowed;
};

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

/// "all, api or worker".
std::string listed(const std::vector<std::string>& words) {
  std::string out = words.front();
  for (std::size_t i = 1; i < words.size(); ++i)
    out += (i + 1 == words.size() ? " or " : ", ") + words[i];
  return out;
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

option_list option_list::without(std::string prefix) const {
  auto out = *this;
  out.prefix_ = std::move(prefix);
  return out;
}

CLI::Option& option_list::add(const std::string& name, description about, taker take) {
  const auto option = option_name(name, prefix_);
  const auto variable = is_variable(name) ? name : "";
  if (!about.words.empty())
    about.allowed = listed(about.words);
  const auto take_or_refuse = [=, take = std::move(take)](const std::string& text) {
    if (!take(text))
      throw refused_value{variable, option,
                          about.secret && !text.empty() ? "***" : shown_value(text), about.allowed};
  };
  if (about.words.empty() && !about.allowed.empty())
    about.help += "; " + about.allowed;
  if (!about.now.empty())
    about.help += " (" + about.now + ")";
  auto* added = command_->add_option_function<std::string>(option, take_or_refuse, about.help);
  added->type_name(CLI::detail::join(about.words, "|"))
      ->envname(variable)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  // An empty text is a value too.
  if (option.starts_with("-"))
    added->expected(0, 1);
  return *added;
}

option_list::taker option_list::keeping(std::string& value, text_rule rule) {
  return [rule, &value](std::string_view text) {
    value = text;
    return rule.check(text);
  };
}

void option_list::text(const std::string& name, std::string& value, text_rule rule,
                       const std::string& help) {
  add(name, {help, value, rule.allowed}, keeping(value, rule)).type_name(rule.words);
}

void option_list::words(const std::string& name, std::string& value, text_rule rule,
                        const std::string& help) {
  text(name, value, rule, help);
  option(name).join(',');
}

void option_list::flag(const std::string& name, bool& value, const std::string& help) {
  command_->add_flag(option_name(name, prefix_), value, help)
      ->envname(is_variable(name) ? name : "");
}

CLI::Option& option_list::option(const std::string& name) const {
  return *command_->get_option(option_name(name, prefix_));
}

void option_list::require(const std::string& name) { option(name).required(); }

bool option_list::is_set(const std::string& name) const { return option(name).count() > 0; }

void option_list::check(std::function<std::string(const option_list&)> fault) {
  command_->final_callback([list = *this, fault = std::move(fault)] {
    if (const auto text = fault(list); !text.empty())
      throw CLI::ValidationError(text);
  });
}

struct command_line::parts {
  CLI::App app;
  /// Does the work of the command that was named.
  std::function<int()> chosen;
};

command_line::command_line(const std::string& about, const std::string& version)
    : parts_{new parts{CLI::App{about, "bankslip"}, {}}} {
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
        std::cout << bash_completion(parts_->app) << std::flush;
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
  command->preparse_callback([command](std::size_t) { take_empty_variables(*command); });
  // Not `callback`: CLI11 would read the variables of commands that nobody named.
  command->parse_complete_callback([this, work = std::move(work)] { parts_->chosen = work; });
  return option_list{*command};
}

int command_line::run(const std::vector<std::string>& arguments, const dotenv& file,
                      std::ostream& out, std::ostream& err) {
  const auto refuse = [&](std::string text) {
    text.erase(text.find_last_not_of('\n') + 1);
    std::ranges::replace(text, '\n', ' ');
    err << "bankslip: " << text << '\n';
    return 2;
  };
  std::set<std::string> in_file;
  for (const auto& [name, value] : file)
    if (std::getenv(name.c_str()) == nullptr) {
      ::setenv(name.c_str(), value.c_str(), 1);
      in_file.insert(name);
    }
  auto& app = parts_->app;
  if (!arguments.empty() && !arguments[0].starts_with('-')
      && app.get_subcommands([&](auto* c) { return c->get_name() == arguments[0]; }).empty())
    return refuse(shown_value(arguments[0]) + ": no such command (see --help)");
  try {
    app.parse(std::vector<std::string>{arguments.rbegin(), arguments.rend()});
  } catch (const refused_value& it) {
    const bool is_argument = std::ranges::any_of(arguments, [&](const std::string& word) {
      return word == it.option || word.starts_with(it.option + "=");
    });
    const auto variable = it.variable + (in_file.contains(it.variable) ? " in .env" : "");
    return refuse((it.variable.empty() || is_argument ? it.option : variable) + "=" + it.shown
                  + ": must be " + it.allowed);
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
