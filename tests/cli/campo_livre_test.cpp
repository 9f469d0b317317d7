#include "cli/campo_livre.hpp"

#include <boost/test/unit_test.hpp>

#include "domain/error.hpp"

using namespace bankslip::cli;
using bankslip::domain::text_of;

BOOST_AUTO_TEST_SUITE(campo_livre_test)

BOOST_AUTO_TEST_CASE(layouts_of_banks_give_the_free_fields_of_published_slips) {
  BOOST_TEST(*free_field_of(banco_do_brasil_layout{"1238798", "7777700168", "18"})
             == "0000001238798777770016818");
  BOOST_TEST(*free_field_of(itau_layout{"110", "12345678", "57", "12345"})
             == "1101234567880057123457000");
}

BOOST_AUTO_TEST_CASE(numbers_that_do_not_fit_a_layout_are_refused_by_name) {
  auto text = [](const caf::expected<std::string>& r) {
    BOOST_REQUIRE(!r);
    return text_of(r.error());
  };
  BOOST_TEST(text(free_field_of(banco_do_brasil_layout{"12345678", "1", "18"})).find("convênio")
             != std::string::npos);
  BOOST_TEST(text(free_field_of(banco_do_brasil_layout{"1", "", "18"})).find("sequence")
             != std::string::npos);
  BOOST_TEST(text(free_field_of(itau_layout{"1x0", "1", "57", "1"})).find("carteira")
             != std::string::npos);
  BOOST_TEST(text(free_field_of(itau_layout{"110", "1", "57", "123456"})).find("conta")
             != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
