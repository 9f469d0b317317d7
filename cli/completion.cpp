#include "cli/impl/completion.hpp"

#include <algorithm>

namespace bankslip::cli {

namespace {

/// What the script's three `case` statements consist of.
struct cases {
  /// "boleto inspect": a word that leads from a command into one inside it.
  std::string commands;
  /// By "command --option": its words.
  std::string values;
  /// By command: what may follow.
  std::string follows;
};

void describe(const CLI::App& command, const std::string& path, cases& out) {
  std::string follows;
  for (const auto* inner : command.get_subcommands([](const CLI::App*) { return true; })) {
    const auto inner_path = path.empty() ? inner->get_name() : path + ' ' + inner->get_name();
    follows += inner->get_name() + ' ';
    out.commands += "      \"" + inner_path + "\") path=\"" + inner_path + "\" ;;\n";
    describe(*inner, inner_path, out);
  }
  for (const auto* option : command.get_options()) {
    for (const auto& name : option->get_lnames())
      follows += "--" + name + ' ';
    auto all = option->get_type_name();
    const auto list = all.find(",...");
    const auto is_list = list != std::string::npos;
    all = all.substr(0, list);
    std::ranges::replace(all, '|', ' ');
    if (all.empty() || option->get_expected_max() == 0)
      continue;
    if (option->get_positional())
      follows = all + ' ' + follows;
    for (const auto& name : option->get_lnames())
      out.values += "    \"" + path + " --" + name + "\") words=\"" + all
                    + (is_list ? "\"; list=1 ;;\n" : "\" ;;\n");
  }
  if (!follows.empty())
    follows.pop_back();
  out.follows += "      \"" + path + "\") words=\"" + follows + "\" ;;\n";
}

} // namespace

std::string bash_completion(const CLI::App& app) {
  cases c;
  describe(app, "", c);
  return "# Completion of " + app.get_name() + R"( for bash.
_bankslip() {
  local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} path= word words= list=
  # Bash takes the = of --option=word for a word.
  if [[ $cur == = ]]; then
    cur=
  elif [[ $before == = ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "${path:+$path }$word" in
)" + c.commands
         + R"(    esac
  done
  case "$path $before" in
)" + c.values
         + R"(  esac
  if [[ -z $words ]]; then
    case $path in
)" + c.follows
         + R"(    esac
    # A value, a file: names of files.
    [[ $cur == -* || $words != --* ]] || words=
  fi
  # Behind a comma the words begin anew.
  if [[ $list && $cur == *,* ]]; then
    words=$(printf "${cur%,*},%s " $words)
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -o bashdefault -o default -F _bankslip )"
         + app.get_name() + "\n";
}

} // namespace bankslip::cli
