#include <boost/test/unit_test.hpp>

#include <sstream>
#include <string>

#include "cli/key_command.hpp"
#include "domain/text/hex.hpp"

using namespace bankslip;

BOOST_AUTO_TEST_SUITE(key_command_test)

BOOST_AUTO_TEST_CASE(a_new_key_is_shown_once_and_its_line_fits_the_file) {
  std::stringstream out, hint;
  BOOST_TEST(cli::new_key({"erp", "read,ingest", 5, 100}, out, hint) == 0);
  std::string secret, line;
  std::getline(out, secret);
  std::getline(out, line);
  BOOST_TEST(line
             == "erp " + domain::to_hex(domain::sha256(secret)) + " ingest,read rate=5 rows=100");
  std::vector<domain::api_key> keys;
  BOOST_TEST(domain::parse_api_keys(line, keys) == "");
  BOOST_TEST(hint.str().find(secret) == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
