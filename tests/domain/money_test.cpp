#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <string>

#include <rapidcheck.h>

#include "domain/money.hpp"

using namespace bankslip::domain;

BOOST_AUTO_TEST_SUITE(money_test)

namespace {

std::int64_t cents_of(std::string_view text, char separator = '.') {
  auto amount = parse_money(text, separator);
  return amount ? amount->cents : -1;
}

std::string json_number(money amount) {
  std::string out;
  append_json_number(out, amount);
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(decimal_text_with_at_most_two_fraction_digits_is_an_amount) {
  BOOST_TEST(cents_of("7811") == 781'100);
  BOOST_TEST(cents_of("10.5") == 1'050);
  BOOST_TEST(cents_of("0.01") == 1);
  BOOST_TEST(cents_of("0") == 0);
  BOOST_TEST(cents_of("0.00") == 0);
  BOOST_TEST(cents_of("00012.30") == 1'230);
  BOOST_TEST(cents_of("99999999.99") == max_amount.cents);
}

BOOST_AUTO_TEST_CASE(the_separator_may_be_a_comma_and_only_the_one_asked_for) {
  BOOST_TEST(cents_of("10,5", ',') == 1'050);
  BOOST_TEST(cents_of("10.5", ',') == -1);
  BOOST_TEST(cents_of("10,5", '.') == -1);
}

BOOST_AUTO_TEST_CASE(anything_else_is_not_an_amount) {
  for (auto text : {"", ".", ".5", "5.", "1.234", "-1", "+1", "1e3", " 1", "1 ", "1,000.00", "0x10",
                    "1.2.3", "NaN", "1.-1", "1.5 ", "\xD9\xA1"})
    BOOST_TEST(cents_of(text) == -1, text);
}

BOOST_AUTO_TEST_CASE(amounts_above_the_largest_one_are_refused_without_overflow) {
  BOOST_TEST(cents_of("100000000") == -1);
  BOOST_TEST(cents_of("100000000.00") == -1);
  BOOST_TEST(cents_of("18446744073709551616") == -1);
  BOOST_TEST(cents_of(std::string(70'000, '9')) == -1);
  BOOST_TEST(cents_of(std::string(70'000, '0') + "1") == 100);
}

BOOST_AUTO_TEST_CASE(json_numbers_are_integers_where_the_amount_is_whole) {
  BOOST_TEST(json_number(money{781'100}) == "7811");
  BOOST_TEST(json_number(money{1'050}) == "10.50");
  BOOST_TEST(json_number(money{1}) == "0.01");
  BOOST_TEST(json_number(money{0}) == "0");
}

BOOST_AUTO_TEST_CASE(decimals_always_have_two_digits) {
  BOOST_TEST(format_decimal(money{781'100}) == "7811.00");
  BOOST_TEST(format_decimal(money{7}) == "0.07");
  BOOST_TEST(format_decimal(max_amount) == "99999999.99");
  BOOST_TEST(format_decimal(money{-1'234}) == "-12.34");
  BOOST_TEST(format_decimal(money{INT64_MIN}) == "-92233720368547758.08");
}

BOOST_AUTO_TEST_CASE(every_amount_written_is_read_back) {
  bool held = rc::check("text and cents", [] {
    money amount{*rc::gen::inRange<std::int64_t>(0, max_amount.cents + 1)};
    RC_ASSERT(parse_money(format_decimal(amount)) == amount);
    RC_ASSERT(parse_money(json_number(amount)) == amount);
    auto comma = format_decimal(amount);
    comma[comma.find('.')] = ',';
    RC_ASSERT(parse_money(comma, ',') == amount);
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_SUITE_END()
