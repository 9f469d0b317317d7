#include "cli/commands.hpp"

#include <algorithm>
#include <sstream>

#include <boost/test/unit_test.hpp>

#include "tests/support/environment.hpp"

using namespace bankslip;
using namespace bankslip::cli;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(commands_test)

namespace {

using arguments = std::vector<std::string>;

/// What a command line came to.
template <class Options>
struct outcome {
  Options options;
  int status;
  std::string out;
  std::string err;
};

template <class Options>
outcome<Options> run(void (*list)(option_list, Options&), arguments words,
                     const test::variables& environment = {}, const dotenv& file = {}) {
  const test::environment set{environment, file};
  outcome<Options> got{};
  command_line line{"about", "1.2"};
  line.add_group("group", "a group");
  line.add("group it", "what it does", list, [&](const Options& o) {
    got.options = o;
    return 0;
  });
  line.add("other", "not named", mock_services_settings, [](auto&) { return 3; });
  std::ostringstream out, err;
  words.insert(words.begin(), {"group", "it"});
  got.status = line.run(words, file, out, err);
  got.out = out.str();
  got.err = err.str();
  return got;
}

template <class Options>
Options read(void (*list)(option_list, Options&), const arguments& words,
             const test::variables& environment = {}, const dotenv& file = {}) {
  auto got = run(list, words, environment, file);
  BOOST_REQUIRE_MESSAGE(got.status == 0, got.err);
  return got.options;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_new_key_takes_scopes_in_one_word_or_in_several) {
  for (const arguments& scopes :
       {arguments{"--scope", "read,ops"}, arguments{"--scope", "read", "--scope", "ops"},
        arguments{"--scope=read", "--scope=ops"}}) {
    auto words = scopes;
    words.insert(words.begin(), "erp");
    const auto o = read(key_settings, words);
    BOOST_TEST(o.name == "erp");
    BOOST_TEST(o.scopes == "read,ops");
  }
  BOOST_TEST(run(key_settings, {"erp", "--scope", "write"}).err
             == "bankslip: --scope=write: must be ingest, read or ops, with commas between them\n");
  BOOST_TEST(run(key_settings, {"a b", "--scope", "read"}).err
             == "bankslip: name=a b: must be 1 to 64 letters, digits, '.', '_' or '-'\n");
  BOOST_TEST(run(key_settings, {"erp"}).status == 2);
}

BOOST_AUTO_TEST_CASE(upload_takes_the_file_and_the_server) {
  const auto o = read(upload_settings, {"a.csv", "--url", "http://h:1", "--wait"});
  BOOST_TEST(o.file == "a.csv");
  BOOST_TEST(o.url == "http://h:1");
  BOOST_TEST(o.wait);
  BOOST_TEST(!read(upload_settings, {"a.csv"}).wait);
  BOOST_TEST(read(upload_settings, {"--wait", "a.csv"}).file == "a.csv");
}

BOOST_AUTO_TEST_CASE(status_takes_an_id_or_none) {
  const auto o = read(status_settings, {"17", "--follow", "--json", "--key", "k"});
  BOOST_TEST(o.id == "17");
  BOOST_TEST((o.follow && o.json));
  BOOST_TEST(o.key == "k");
  BOOST_TEST(read(status_settings, {}).id == "");
  BOOST_TEST(read(status_settings, {}, {{"BANKSLIP_API_KEY", "k"}}).key == "k");
  for (const auto* id : {"x", "0", "-1", "1/../2"})
    BOOST_TEST(run(status_settings, {id}).status == 2);
  BOOST_TEST(run(status_settings, {"--follow"}).err
             == "bankslip: --follow: needs the id of an upload\n");
}

BOOST_AUTO_TEST_CASE(a_key_that_is_no_header_is_refused_and_not_shown) {
  const auto got = run(tail_settings, {"--key", "s3cret\r\nX: y"});
  BOOST_TEST(got.status == 2);
  BOOST_TEST(got.err.find("s3cret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(generate_takes_its_numbers) {
  const auto o = read(generate_settings, {"--rows", "1100000", "--seed", "18446744073709551615",
                                          "--out", "-", "--duplicates", "20", "--start-id", "5"});
  BOOST_TEST(o.rows == 1'100'000);
  BOOST_TEST(o.seed == 18446744073709551615u);
  BOOST_TEST(o.out == "-");
  BOOST_TEST(o.duplicates_percent == 20);
  BOOST_TEST(o.start_id == 5);
}

BOOST_AUTO_TEST_CASE(mock_services_take_ports_and_times) {
  const auto o = read(mock_services_settings, {"--boleto-port", "0", "--email-window", "20m",
                                               "--latency-max", "20ms", "--latency-min=10ms"});
  BOOST_TEST(o.boleto_port == 0);
  BOOST_TEST((o.email_window == 20min));
  BOOST_TEST((o.latency_max == 20ms));
  BOOST_TEST((o.latency_min == 10ms));
}

BOOST_AUTO_TEST_CASE(boleto_takes_a_code_or_its_parts) {
  BOOST_TEST(read(boleto_inspect_settings, {"0019"}) == "0019");
  const auto o = read(boleto_encode_settings, {"--bank", "341", "--due", "2026-12-21", "--cents",
                                               "12345", "--free-field", "12"});
  BOOST_TEST(o.bank == "341");
  BOOST_TEST(o.due == "2026-12-21");
  BOOST_TEST(o.cents == 12345);
  BOOST_TEST(o.free_field == "12");
}

BOOST_AUTO_TEST_CASE(the_command_line_wins_over_environment_over_file_over_default) {
  struct row {
    bool option, variable, file;
    std::uint64_t seed;
  };
  for (const auto& one :
       {row{false, false, false, 1}, row{false, false, true, 40}, row{false, true, false, 30},
        row{false, true, true, 30}, row{true, false, false, 20}, row{true, false, true, 20},
        row{true, true, false, 20}, row{true, true, true, 20}}) {
    const auto given = [](bool is, const char* text) {
      return is ? test::variables{{"MOCK_SEED", text}} : test::variables{};
    };
    const auto o = read(mock_services_settings, one.option ? arguments{"--seed=20"} : arguments{},
                        given(one.variable, "30"), given(one.file, "40"));
    BOOST_TEST(o.seed == one.seed);
  }
  const auto o = read(upload_settings, {"a.csv"}, {},
                      {{"BANKSLIP_URL", "http://h:2"}, {"BANKSLIP_WAIT", "true"}});
  BOOST_TEST(o.url == "http://h:2");
  BOOST_TEST(o.wait);
}

BOOST_AUTO_TEST_CASE(the_last_of_repeated_options_counts_and_an_empty_value_is_one) {
  BOOST_TEST(read(mock_services_settings, {"--seed", "2", "--seed", "3"}).seed == 3u);
  BOOST_TEST(read(mock_services_settings, {"--ledger", ""}).ledger == "");
  BOOST_TEST(read(mock_services_settings, {"--ledger="}).ledger == "");
  BOOST_TEST(read(mock_services_settings, {}, {{"MOCK_LEDGER", ""}}, {{"MOCK_LEDGER", "x"}}).ledger
             == "");
}

BOOST_AUTO_TEST_CASE(variables_of_commands_that_are_not_named_are_not_read) {
  BOOST_TEST(read(boleto_inspect_settings, {"0019"}, {{"MOCK_SEED", "many"}}) == "0019");
}

BOOST_AUTO_TEST_CASE(a_refusal_is_one_line_with_where_the_value_came_from) {
  const std::string seed = "must be a whole number, 0 to 18446744073709551615\n";
  const auto refusal = [](const arguments& words, const test::variables& environment = {},
                          const dotenv& file = {}) {
    const auto got = run(mock_services_settings, words, environment, file);
    BOOST_TEST(got.status == 2);
    BOOST_TEST(got.out == "");
    return got.err;
  };
  BOOST_TEST(refusal({"--seed", "x"}) == "bankslip: --seed=x: " + seed);
  BOOST_TEST(refusal({"--seed=x"}, {{"MOCK_SEED", "x"}}) == "bankslip: --seed=x: " + seed);
  BOOST_TEST(refusal({}, {{"MOCK_SEED", "x"}}) == "bankslip: MOCK_SEED=x: " + seed);
  BOOST_TEST(refusal({}, {}, {{"MOCK_SEED", "x"}}) == "bankslip: MOCK_SEED in .env=x: " + seed);
  BOOST_TEST(refusal({"--latency-min", "5"})
             == "bankslip: --latency-min=5: must be a time such as 500ms, 20s, 15m, 2h, 0 to 1h\n");
  BOOST_TEST(refusal({"--seed", std::string(500, 'a') + "\n\x1b[2J"}).size() < 250u);
  BOOST_TEST(refusal({"--seed", "1\n\x1b"}) == "bankslip: --seed=1??: " + seed);
  for (const arguments& words : {arguments{"--nope"}, {"more"}, {"--seed"}, {"--seed", "1", "2"}}) {
    const auto text = refusal(words);
    BOOST_TEST(std::ranges::count(text, '\n') == 1, text);
  }
  BOOST_TEST(run(generate_settings, {}).err == "bankslip: --out is required (see --help)\n");
  BOOST_TEST(run(upload_settings, {}).err == "bankslip: file is required (see --help)\n");
  BOOST_TEST(run(generate_settings, {"--out", "x", "--duplicates", "100"}).err
             == "bankslip: --duplicates=100: must be a whole number, 0 to 99\n");
}

BOOST_AUTO_TEST_CASE(help_names_options_variables_defaults_and_what_is_allowed) {
  const auto help = run(mock_services_settings, {"--help"});
  BOOST_TEST(help.status == 0);
  BOOST_TEST(help.err == "");
  for (const auto* text : {"--boleto-port", "MOCK_BOLETO_PORT",
                           "port of the boleto service; a whole number, 0 to 65535 (8101)"})
    BOOST_TEST(help.out.find(text) != std::string::npos, help.out);
}

BOOST_AUTO_TEST_CASE(the_program_itself_has_help_and_version_and_knows_its_commands) {
  const auto run_line = [](const arguments& words) {
    command_line line{"about", "1.2"};
    line.add_group("group", "a group");
    line.add("other", "not named", mock_services_settings, [](auto&) { return 3; });
    std::ostringstream out;
    return std::pair{line.run(words, {}, out, out), out.str()};
  };
  BOOST_TEST((run_line({"--version"}) == std::pair{0, std::string{"bankslip 1.2\n"}}));
  BOOST_TEST(run_line({"--help"}).second.find("other") != std::string::npos);
  BOOST_TEST(run_line({"other"}).first == 3);
  BOOST_TEST((run_line({})
              == std::pair{2, std::string{"bankslip: A subcommand is required (see --help)\n"}}));
  BOOST_TEST((run_line({"nope"})
              == std::pair{2, std::string{"bankslip: nope: no such command (see --help)\n"}}));
  BOOST_TEST(run_line({"group"}).first == 2);
}

BOOST_AUTO_TEST_SUITE_END()
