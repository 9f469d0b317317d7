#pragma once

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/dotenv.hpp"
#include "cli/values.hpp"
#include "domain/text/parse.hpp"

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace bankslip::cli {

/// Texts that a setting takes; any where nothing is said.
struct text_rule {
  /// Completes "must be": "1 to 63 bytes".
  const char* allowed = "";
  bool (*check)(std::string_view) = [](std::string_view) { return true; };
  /// Words that a shell offers, "earliest|latest"; "read|ops,..." where several may be given
  /// with commas between.
  const char* words = "";
};

/// The options of one command. Each is bound to a variable of the caller that holds the
/// default and gets the value. Its name is that of its environment variable, SERVER_PORT,
/// which makes the option `--server-port`; an option that is no variable is named as it is
/// written (`--bank`), and so is a positional one (`file`). `help` says what the value is for.
class option_list {
public:
  explicit option_list(CLI::App& command) : command_{&command} {}

  /// The same list, whose options leave out the beginning of their variables' names.
  option_list without(std::string prefix) const;

  template <std::integral Number>
  void number(const std::string& name, Number& value, std::uint64_t least, std::uint64_t most,
              const std::string& help) {
    add(name,
        {help, std::to_string(value),
         "a whole number, " + std::to_string(least) + " to " + std::to_string(most)},
        [&value, least, most](std::string_view text) {
          const auto n = domain::parse_whole<std::uint64_t>(text);
          value = static_cast<Number>(n.value_or(0));
          return n && *n >= least && *n <= most;
        });
  }

  /// A time from `least` to `most` that is a whole number of the variable's units.
  template <class Duration>
  void duration(const std::string& name, Duration& value, std::chrono::milliseconds least,
                std::chrono::milliseconds most, const std::string& help) {
    add(name,
        {help, format_duration(value),
         "a time such as 500ms, 20s, 15m, 2h, " + format_duration(least) + " to "
             + format_duration(most)},
        [&value, least, most](std::string_view text) {
          const auto span = parse_duration(text);
          value = std::chrono::duration_cast<Duration>(span.value_or(least));
          return span && *span >= least && *span <= most && value == *span;
        });
  }

  void text(const std::string& name, std::string& value, text_rule rule, const std::string& help);
  /// A text that may hold a password, and is never shown.
  void secret(const std::string& name, std::string& value, text_rule rule,
              const std::string& help) {
    add(name, {help, "", rule.allowed, true}, keeping(value, rule));
  }
  /// A text that may be given several times: commas join what is given.
  void words(const std::string& name, std::string& value, text_rule rule, const std::string& help);

  /// One of a few words.
  template <class Value>
  void choice(const std::string& name, Value& value,
              std::initializer_list<std::pair<std::string, std::type_identity_t<Value>>> words,
              const std::string& help) {
    description about{help};
    for (const auto& [word, meaning] : words) {
      about.words.push_back(word);
      if (meaning == value)
        about.now = word;
    }
    add(name, about, [&value, all = std::vector(words)](std::string_view text) {
      const auto found = std::ranges::find(all, text, [](const auto& w) { return w.first; });
      if (found != all.end())
        value = found->second;
      return found != all.end();
    });
  }
  void on_off(const std::string& name, bool& value, const std::string& help) {
    choice(name, value, {{"on", true}, {"off", false}}, help);
  }

  /// An option without a value.
  void flag(const std::string& name, bool& value, const std::string& help);

  /// The command needs this one.
  void require(const std::string& name);

  /// Whether the value came from outside; to be asked in a check.
  bool is_set(const std::string& name) const;

  /// Asks `fault` when all values are there; a text that is not empty refuses them. One for
  /// each command.
  void check(std::function<std::string(const option_list&)> fault);

private:
  struct description {
    std::string help, now{}, allowed{};
    bool secret = false;
    /// All that it may be, where these are a few words.
    std::vector<std::string> words{};
  };
  /// Reads a text; false: it is not allowed.
  using taker = std::function<bool(std::string_view)>;
  static taker keeping(std::string& value, text_rule rule);
  CLI::Option& add(const std::string& name, description about, taker take);
  CLI::Option& option(const std::string& name) const;

  CLI::App* command_;
  std::string prefix_;
};

/// All commands of the program. Values come from the command line, then the environment,
/// then the `.env` file, then the default.
class command_line {
public:
  command_line(const std::string& about, const std::string& version);
  ~command_line();

  /// Adds a command; "boleto inspect" is one inside the group "boleto". `list` names its
  /// options, `work` does it and answers the exit status.
  template <class Options, class Work>
  void add(const std::string& name, const std::string& help, void (*list)(option_list, Options&),
           Work work, Options start = {}) {
    auto options = std::make_shared<Options>(std::move(start));
    list(add_command(name, help, [options, work] { return work(std::as_const(*options)); }),
         *options);
  }

  /// Adds a name for commands that belong together.
  void add_group(const std::string& name, const std::string& help);

  /// Adds a command that writes a script by which a shell completes commands, options and
  /// their words; it is made of what was added, before and after.
  void add_completion(const std::string& name);

  /// Runs the command that the arguments (without the program's name) ask for. Answers its
  /// exit status; 2 when something is wrong with them, in one line on `err` that names
  /// variable or option, value and what is allowed: "SERVER_PORT=abc: must be a whole
  /// number, 0 to 65535". The variables of `file` are put into the environment where it
  /// lacks them; so it must be called before there are threads.
  int run(const std::vector<std::string>& arguments, const dotenv& file, std::ostream& out,
          std::ostream& err);

private:
  struct parts;
  option_list add_command(const std::string& name, const std::string& help,
                          std::function<int()> work);

  std::unique_ptr<parts> parts_;
};

} // namespace bankslip::cli
