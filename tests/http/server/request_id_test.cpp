#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

#include "http/server/request_id.hpp"

using bankslip::http::request_id;

BOOST_AUTO_TEST_SUITE(request_id_test)

BOOST_AUTO_TEST_CASE(the_clients_own_name_is_kept) {
  BOOST_TEST(request_id("Order-17_b.2") == "Order-17_b.2");
  BOOST_TEST(request_id(std::string(128, 'x')) == std::string(128, 'x'));
}

BOOST_AUTO_TEST_CASE(a_name_that_could_harm_a_log_or_a_header_is_replaced) {
  for (const std::string_view bad :
       {"", "a b", "a\r\nSet-Cookie: x", "<script>", "\xC3\xA9", "a,b"})
    BOOST_TEST(request_id(bad).size() == 16u);
  BOOST_TEST(request_id(std::string(129, 'x')).size() == 16u);
}

BOOST_AUTO_TEST_CASE(made_names_differ) {
  std::set<std::string> names;
  for (int i = 0; i < 1000; ++i)
    names.insert(request_id({}));
  BOOST_TEST(names.size() == 1000u);
}

BOOST_AUTO_TEST_SUITE_END()
