#include <array>
#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "cli/command_line.hpp"

using namespace bankslip::cli;

BOOST_AUTO_TEST_SUITE(completion_test)

namespace {

struct options {
  std::string file;
  std::string url;
  int role = 0;
  bool wait = false;
};

/// Commands, of which the script must know nothing but what stands here.
std::string script() {
  command_line line{"about", "1.2"};
  line.add(
      "serve", "a command",
      +[](option_list list, options& o) {
        list.choice("ROLE", o.role, {{"all", 0}, {"api", 1}, {"worker", 2}}, "a choice");
        list.text("URL", o.url, {"", [](std::string_view) { return true; }}, "a text");
        list.words("--scope", o.file, {"", [](std::string_view) { return true; }, "read|ops,..."},
                   "a list");
        list.flag("--wait", o.wait, "a flag");
      },
      [](const options&) { return 0; });
  line.add_group("boleto", "a group");
  line.add(
      "boleto inspect", "inside it",
      +[](option_list list, options& o) {
        list.text("file", o.file, {"", [](std::string_view) { return true; }}, "positional");
      },
      [](const options&) { return 0; });
  line.add_completion("completion");
  std::ostringstream caught, err;
  auto* before = std::cout.rdbuf(caught.rdbuf());
  const auto status = line.run({"completion", "bash"}, {}, caught, err);
  std::cout.rdbuf(before);
  BOOST_REQUIRE_MESSAGE(status == 0, err.str());
  return caught.str();
}

/// What bash offers once the last of `words` is being typed.
std::string offered(const std::vector<std::string>& words) {
  auto text = script() + "COMP_WORDS=(bankslip";
  for (const auto& w : words)
    text += " '" + w + "'";
  text += "); COMP_CWORD=" + std::to_string(words.size()) + "; _bankslip; echo \"${COMPREPLY[*]}\"";
  const auto command = "bash -c '" + [&] {
    std::string quoted;
    for (const auto c : text)
      quoted += c == '\'' ? "'\\''" : std::string(1, c);
    return quoted;
  }() + "' 2>&1";
  auto* bash = ::popen(command.c_str(), "r");
  BOOST_REQUIRE(bash != nullptr);
  std::string out;
  std::array<char, 1024> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), bash) != nullptr)
    out += buffer.data();
  BOOST_TEST(::pclose(bash) == 0);
  if (!out.empty())
    out.pop_back();
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(commands_are_completed) {
  BOOST_TEST(offered({""}) == "serve boleto completion --help --version");
  BOOST_TEST(offered({"s"}) == "serve");
  BOOST_TEST(offered({"boleto", ""}) == "inspect --help");
  BOOST_TEST(offered({"completion", ""}) == "bash --help");
}

BOOST_AUTO_TEST_CASE(options_are_completed) {
  BOOST_TEST(offered({"serve", "--"}) == "--help --role --url --scope --wait");
  BOOST_TEST(offered({"serve", "--wait", "--r"}) == "--role");
  BOOST_TEST(offered({"boleto", "inspect", "--"}) == "--help");
}

BOOST_AUTO_TEST_CASE(words_of_a_choice_are_completed) {
  BOOST_TEST(offered({"serve", "--role", ""}) == "all api worker");
  BOOST_TEST(offered({"serve", "--role", "w"}) == "worker");
  // As bash cuts --role=w.
  BOOST_TEST(offered({"serve", "--role", "=", "w"}) == "worker");
  BOOST_TEST(offered({"serve", "--role", "="}) == "all api worker");
}

BOOST_AUTO_TEST_CASE(words_of_a_list_are_completed_behind_each_comma) {
  BOOST_TEST(offered({"serve", "--scope", ""}) == "read ops");
  BOOST_TEST(offered({"serve", "--scope", "r"}) == "read");
  BOOST_TEST(offered({"serve", "--scope", "read,o"}) == "read,ops");
  BOOST_TEST(offered({"serve", "--scope", "read,"}) == "read,read read,ops");
}

// With nothing offered bash goes on with names of files.
BOOST_AUTO_TEST_CASE(where_a_file_may_stand_nothing_is_offered) {
  BOOST_TEST(offered({"boleto", "inspect", ""}) == "");
  BOOST_TEST(offered({"serve", "--url", ""}) == "");
}

BOOST_AUTO_TEST_SUITE_END()
