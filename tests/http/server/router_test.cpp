#include <boost/test/unit_test.hpp>

#include <string>

#include "http/server/router.hpp"

using namespace bankslip::http;

BOOST_AUTO_TEST_SUITE(router_test)

namespace {

router sample() {
  router r;
  const auto nothing = [](exchange&) {};
  r.add("POST", "/bankslip/batch", nothing);
  r.add("POST", "/bankslip", nothing);
  r.add("GET", "/bankslip/{debt_id}", nothing);
  r.add("POST", "/bankslip/{debt_id}/retry", nothing);
  return r;
}

} // namespace

BOOST_AUTO_TEST_CASE(parts_of_the_path_are_decoded_into_params) {
  const auto r = sample();
  const auto found = r.find("GET", "/bankslip/a%20b%25?x=/y/z");
  BOOST_REQUIRE(found.serve);
  BOOST_TEST(found.pattern == "/bankslip/{debt_id}");
  BOOST_REQUIRE(found.params.size() == 1u);
  BOOST_TEST(found.params[0] == "a b%");
}

BOOST_AUTO_TEST_CASE(an_encoded_slash_does_not_make_a_new_part) {
  const auto r = sample();
  BOOST_TEST(r.find("POST", "/bankslip/a%2Fretry/retry").params[0] == "a/retry");
}

BOOST_AUTO_TEST_CASE(an_exact_path_wins_over_a_pattern) {
  const auto r = sample();
  BOOST_TEST(r.find("POST", "/bankslip/batch").pattern == "/bankslip/batch");
  BOOST_TEST(r.find("GET", "/bankslip/batch").pattern == "/bankslip/{debt_id}");
}

BOOST_AUTO_TEST_CASE(a_wrong_method_is_told_from_an_unknown_path) {
  const auto r = sample();
  const auto wrong = r.find("DELETE", "/bankslip/17");
  BOOST_TEST(!wrong.serve);
  BOOST_TEST(wrong.allowed == "GET, HEAD");
  BOOST_TEST(r.find("DELETE", "/bankslip/batch").allowed == "POST, GET, HEAD");
  BOOST_TEST(r.find("GET", "/nothing").pattern.empty());
  BOOST_TEST(r.find("GET", "/bankslip/").pattern.empty());
  BOOST_TEST(r.find("GET", "/bankslip/%zz").pattern.empty());
}

BOOST_AUTO_TEST_CASE(head_follows_get) {
  const auto r = sample();
  BOOST_TEST(r.find("HEAD", "/bankslip/17").serve != nullptr);
  BOOST_TEST(r.find("HEAD", "/bankslip").serve == nullptr);
}

BOOST_AUTO_TEST_CASE(the_length_of_a_path_is_counted_decoded) {
  BOOST_TEST(!is_path_too_long("/" + std::string(255, 'a')));
  BOOST_TEST(is_path_too_long("/" + std::string(256, 'a')));
  std::string encoded = "/";
  for (int i = 0; i < 200; ++i)
    encoded += "%41";
  BOOST_TEST(!is_path_too_long(encoded + "?" + std::string(1000, 'q')));
}

BOOST_AUTO_TEST_SUITE_END()
