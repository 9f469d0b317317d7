#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <boost/test/unit_test.hpp>

#include "cli/dotenv.hpp"

using namespace bankslip::cli;

BOOST_AUTO_TEST_SUITE(dotenv_test)

namespace {

dotenv parsed(std::string_view text) {
  dotenv out;
  const auto wrong = parse_dotenv(text, out);
  BOOST_REQUIRE_MESSAGE(!wrong, wrong.value_or(""));
  return out;
}

std::string refusal(std::string_view text) {
  dotenv out;
  return parse_dotenv(text, out).value_or("");
}

/// A folder that goes with the test.
struct folder {
  folder() {
    std::string name = "/tmp/bankslip-dotenv-XXXXXX";
    path = ::mkdtemp(name.data());
  }
  ~folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

} // namespace

BOOST_AUTO_TEST_CASE(lines_are_keys_and_values) {
  const auto values = parsed("A=1\nB = two words \r\nexport C=x#y\n\n  # comment\nD=\nE=v # note\n"
                             "F=a=b\n_9=z");
  BOOST_TEST(values.size() == 7u);
  BOOST_TEST(values.at("A") == "1");
  BOOST_TEST(values.at("B") == "two words");
  BOOST_TEST(values.at("C") == "x#y");
  BOOST_TEST(values.at("D") == "");
  BOOST_TEST(values.at("E") == "v");
  BOOST_TEST(values.at("F") == "a=b");
  BOOST_TEST(values.at("_9") == "z");
}

BOOST_AUTO_TEST_CASE(quotes_keep_what_is_inside) {
  const auto values = parsed("A=' x # y \\n'\nB=\"a\\n\\\"b\\\" \\$c \\\\\" # note\nC=\"\"\n"
                             "D='$HOME'\nexport_me=1\nE=# only a comment");
  BOOST_TEST(values.at("A") == " x # y \\n");
  BOOST_TEST(values.at("B") == "a\n\"b\" $c \\");
  BOOST_TEST(values.at("C") == "");
  BOOST_TEST(values.at("D") == "$HOME");
  BOOST_TEST(values.at("export_me") == "1");
  BOOST_TEST(values.at("E") == "");
}

BOOST_AUTO_TEST_CASE(the_last_of_equal_keys_wins_and_a_bom_is_skipped) {
  BOOST_TEST(parsed("\xEF\xBB\xBF"
                    "A=1\nA=2")
                 .at("A")
             == "2");
  BOOST_TEST(parsed("").empty());
}

BOOST_AUTO_TEST_CASE(a_bad_line_is_named_by_its_number_and_not_shown) {
  BOOST_TEST(refusal("A=1\n\nsecret") == "line 3: no = after the name");
  BOOST_TEST(refusal("A=\"secret\nB=2") == "line 1: a quote is not closed");
  BOOST_TEST(refusal("A=1\nB='secret' more") == "line 2: text after the closing quote");
  BOOST_TEST(refusal("9A=secret")
             == "line 1: a name has letters, digits and _ only and does not begin with a digit");
  BOOST_TEST(refusal("=secret").find("line 1: a name") == 0u);
  BOOST_TEST(refusal(std::string_view{"A=x\0y", 5}) == "line 1: holds a NUL byte");
}

BOOST_AUTO_TEST_CASE(an_absent_file_is_empty_and_a_folder_is_an_error) {
  const folder here;
  const auto path = (here.path / ".env").string();
  dotenv out;
  BOOST_TEST(!read_dotenv(path, out));
  BOOST_TEST(out.empty());
  std::ofstream{path} << "A=1\nB\n";
  BOOST_TEST(read_dotenv(path, out).value() == path + ": line 2: no = after the name");
  std::ofstream{path} << "A=5\n";
  BOOST_TEST(!read_dotenv(path, out));
  BOOST_TEST(out.at("A") == "5");
  BOOST_TEST(read_dotenv(here.path.string(), out).value()
             == here.path.string() + ": is a directory");
  std::ofstream{path} << std::string((1 << 20) + 1, '#');
  BOOST_TEST(read_dotenv(path, out).value() == path + ": is longer than 1 MiB");
}

BOOST_AUTO_TEST_SUITE_END()
