#include <boost/test/unit_test.hpp>

#include <set>
#include <string>
#include <vector>

#include "domain/api_key.hpp"
#include "domain/text/hex.hpp"

using namespace bankslip::domain;

BOOST_AUTO_TEST_SUITE(api_key_test)

namespace {

const std::string hex_a(64, 'a');
const std::string hex_b(64, 'b');

std::vector<api_key> read(std::string_view text) {
  std::vector<api_key> keys;
  const auto problem = parse_api_keys(text, keys);
  BOOST_TEST(problem == "");
  return keys;
}

std::string problem_of(std::string_view text) {
  std::vector<api_key> keys;
  return parse_api_keys(text, keys);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_line_names_client_digest_scopes_and_limits) {
  const auto keys = read("# clients\r\n\n  erp " + hex_a + " ingest,read rate=50 rows=1000000\r\n"
                         + "watch\t" + hex_b + "\tops");
  BOOST_REQUIRE(keys.size() == 2u);
  BOOST_TEST(keys[0].name == "erp");
  BOOST_TEST(to_hex(keys[0].digest) == hex_a);
  BOOST_TEST(keys[0].scopes.names() == "ingest,read");
  BOOST_TEST(!keys[0].scopes.contains(scope::ops));
  BOOST_TEST(keys[0].requests_a_second == 50u);
  BOOST_TEST(keys[0].rows_a_day == 1'000'000);
  BOOST_TEST(keys[1].scopes.names() == "ops");
  BOOST_TEST(keys[1].requests_a_second == 0u);
}

BOOST_AUTO_TEST_CASE(a_written_line_is_read_back) {
  api_key key{"shop-1.x_", sha256("secret"), *parse_scopes("ops,ingest"), 7, 9};
  const auto keys = read(format_api_key(key) + '\n');
  BOOST_REQUIRE(keys.size() == 1u);
  BOOST_TEST(format_api_key(keys[0]) == format_api_key(key));
  key.requests_a_second = 0;
  key.rows_a_day = 0;
  BOOST_TEST(format_api_key(key) == "shop-1.x_ " + to_hex(key.digest) + " ingest,ops");
}

BOOST_AUTO_TEST_CASE(a_bad_line_is_named_with_what_is_allowed) {
  const std::string good = "erp " + hex_a + " read\n";
  const std::string name = "line 2: the name must be 1 to 64 letters, digits, '.', '_' or '-'";
  const std::string digest =
      "line 2: behind the name must stand the key's SHA-256, 64 hexadecimal digits";
  const std::string scopes =
      "line 2: the scopes must be ingest, read or ops, with commas between them";
  const std::vector<std::pair<std::string, std::string>> table = {
      {"sh\x01p " + hex_b + " read", name},
      {std::string(65, 'n') + ' ' + hex_b + " read", name},
      {"loja\xc3\xa3 " + hex_b + " read", name},
      {"a%0d%0ab " + hex_b + " read", name},
      {"shop", digest},
      {"shop " + hex_b.substr(1) + " read", digest},
      {"shop " + hex_b.substr(1) + "g read", digest},
      {"shop bsk_secret read", "line 2: behind the name the key's SHA-256 belongs, not the key "
                               "itself"},
      {"shop e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 read",
       "line 2: this is the SHA-256 of an empty text, not of a key"},
      {"shop " + hex_b, scopes},
      {"shop " + hex_b + " write", scopes},
      {"shop " + hex_b + " read,", scopes},
      {"shop " + hex_b + " open", scopes},
      {"shop " + hex_b + " read rate=0", "line 2: rate= must be requests a second, 1 to 1000000"},
      {"shop " + hex_b + " read rate=1.5", "line 2: rate= must be requests a second, 1 to 1000000"},
      {"shop " + hex_b + " read rows=-1", "line 2: rows= must be rows a day, 1 to 1000000000000"},
      {"shop " + hex_b + " read ops", "line 2: behind the scopes only rate=N and rows=N are "
                                      "allowed"},
      {"erp " + hex_b + " read", "line 2: the name erp is taken already"},
      {"shop " + hex_a + " read", "line 2: this is the key of erp again"},
  };
  for (const auto& [line, problem] : table)
    BOOST_TEST(problem_of(good + line + "\n") == problem, line);
  BOOST_TEST(problem_of(" \n# none\n") == "there is no key in it; `bankslip key new` makes one");
}

BOOST_AUTO_TEST_CASE(no_problem_tells_what_may_be_a_secret) {
  for (const std::string line : {"shop bsk_hush read", "shop hush read", "hush", "hush=hush read"})
    BOOST_TEST(problem_of(line).find("hush") == std::string::npos, line);
}

BOOST_AUTO_TEST_CASE(new_keys_are_long_and_differ) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i)
    seen.insert(new_api_key());
  BOOST_TEST(seen.size() == 100u);
  const auto& one = *seen.begin();
  BOOST_TEST(one.starts_with("bsk_"));
  BOOST_TEST(one.size() == 4u + 43u);
}

BOOST_AUTO_TEST_SUITE_END()
