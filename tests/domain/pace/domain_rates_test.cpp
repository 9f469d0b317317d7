#include "domain/pace/domain_rates.hpp"

#include <boost/test/unit_test.hpp>

#include "domain/error.hpp"

using namespace bankslip;

BOOST_AUTO_TEST_SUITE(domain_rates_test)

BOOST_AUTO_TEST_CASE(domains_are_read_in_the_form_of_addresses) {
  auto rates = domain::domain_rates::parse(" Gmail.com=20 ; hotmail.com = 0.5;café.com.br=3;");
  BOOST_REQUIRE(rates);
  BOOST_TEST(rates->all().size() == 3u);
  for (auto* address : {"ana@gmail.com", "Ana@GMAIL.com"})
    BOOST_TEST(rates->all().at(domain::domain_of(address)) == 20);
  BOOST_TEST(rates->all().at(domain::domain_of("ana@hotmail.com")) == 0.5);
  BOOST_TEST(rates->all().at(domain::domain_of("ana@café.com.br")) == 3);
  BOOST_TEST(domain::domain_rates::parse("")->all().empty());
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said) {
  for (auto* text : {"gmail.com", "gmail.com=", "=20", "gmail.com=0", "gmail.com=-1",
                     "gmail.com=20/s", "gmail.com=1e3", "gmail.com=nan", "gmail.com=100001",
                     "gm ail.com=20", "@gmail.com=20", "a.com=1;gmail.com=20,b.com=3"}) {
    auto rates = domain::domain_rates::parse(text);
    BOOST_REQUIRE_MESSAGE(!rates, text);
    BOOST_TEST(domain::code_of(rates.error()) == domain::errc::invalid_input);
    BOOST_TEST(domain::text_of(rates.error()).find("such as gmail.com=20") != std::string::npos);
  }
  auto twice = domain::domain_rates::parse("gmail.com=20;GMAIL.com=30");
  BOOST_REQUIRE(!twice);
  BOOST_TEST(domain::text_of(twice.error()).find("twice") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
