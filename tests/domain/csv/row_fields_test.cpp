#include <boost/test/unit_test.hpp>

#include <array>
#include <string>

#include "domain/csv/row_cutter.hpp"
#include "domain/error.hpp"

using namespace bankslip::domain;

namespace {

csv_dialect dialect_of(std::string_view header) {
  auto parsed = parse_header(header);
  BOOST_TEST_REQUIRE(static_cast<bool>(parsed), header);
  return *parsed;
}

std::string error_of(std::string_view header) {
  auto parsed = parse_header(header);
  return parsed ? "" : text_of(parsed.error());
}

const csv_dialect standard{',', '.', 6, {0, 1, 2, 3, 4, 5}};

field_error refusal_of(std::string_view row) {
  std::string scratch;
  raw_debt raw;
  auto error = split_row(row, standard, scratch, raw);
  BOOST_TEST_REQUIRE(error.has_value());
  return *error;
}

} // namespace

BOOST_AUTO_TEST_SUITE(row_fields_test)

BOOST_AUTO_TEST_CASE(columns_stand_in_any_order_among_others) {
  auto d = dialect_of("x,debtId, debtDueDate ,\"debtAmount\",email,y,\"governmentId\",name,x");
  BOOST_TEST(d.columns == 9);
  BOOST_TEST(d.separator == ',');
  BOOST_TEST(d.decimal_separator == '.');
  std::array<std::size_t, 6> expected{7, 6, 4, 3, 2, 1};
  BOOST_TEST(d.position == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_semicolon_in_the_header_brings_the_decimal_comma) {
  auto d = dialect_of("name;governmentId;email;debtAmount;debtDueDate;debtId;\"a,b\"");
  BOOST_TEST(d.separator == ';');
  BOOST_TEST(d.decimal_separator == ',');
  BOOST_TEST(d.columns == 7);
}

BOOST_AUTO_TEST_CASE(a_semicolon_inside_quotes_does_not_count) {
  auto d = dialect_of("\"a;b\",name,governmentId,email,debtAmount,debtDueDate,debtId");
  BOOST_TEST(d.separator == ',');
  BOOST_TEST(d.columns == 7);
}

BOOST_AUTO_TEST_CASE(missing_columns_are_named_in_the_standard_order) {
  BOOST_TEST(error_of("debtId,name")
             == "invalid input: the header line lacks the columns: "
                "governmentId, email, debtAmount, debtDueDate");
  BOOST_TEST(error_of("name,governmentid,email,debtAmount,debtDueDate,debtId")
             == "invalid input: the header line lacks the columns: governmentId");
}

BOOST_AUTO_TEST_CASE(a_column_that_is_there_twice_is_an_error) {
  BOOST_TEST(error_of("name,governmentId,email,debtAmount,debtDueDate,debtId,email")
             == "invalid input: the header line has the column email more than once");
}

BOOST_AUTO_TEST_CASE(wrong_quotes_in_the_header_are_an_error) {
  BOOST_TEST(error_of("name,\"governmentId")
             == "invalid input: the header line has a wrong field 2: its quote is never closed");
  BOOST_TEST(
      error_of("\"name\"s,governmentId")
      == "invalid input: the header line has a wrong field 1: text follows its closing quote");
}

BOOST_AUTO_TEST_CASE(fields_go_where_the_header_says) {
  auto d = dialect_of("debtId,debtDueDate,ignored,debtAmount,email,governmentId,name");
  std::string scratch;
  raw_debt raw;
  BOOST_TEST(!split_row("id,2026-01-01,x,10.50,a@b.c,007,Ana", d, scratch, raw));
  BOOST_TEST(raw.name == "Ana");
  BOOST_TEST(raw.government_id == "007");
  BOOST_TEST(raw.email == "a@b.c");
  BOOST_TEST(raw.debt_amount == "10.50");
  BOOST_TEST(raw.debt_due_date == "2026-01-01");
  BOOST_TEST(raw.debt_id == "id");
}

BOOST_AUTO_TEST_CASE(quoted_fields_are_unquoted_and_doubled_quotes_are_one) {
  std::string scratch;
  raw_debt raw;
  BOOST_TEST(!split_row("\"a,\"\"b\"\"\",\"\",\"\"\"\",\"x\ny\",plain\"quote,\"last\"", standard,
                        scratch, raw));
  BOOST_TEST(raw.name == "a,\"b\"");
  BOOST_TEST(raw.government_id == "");
  BOOST_TEST(raw.email == "\"");
  BOOST_TEST(raw.debt_amount == "x\ny");
  BOOST_TEST(raw.debt_due_date == "plain\"quote");
  BOOST_TEST(raw.debt_id == "last");
}

BOOST_AUTO_TEST_CASE(empty_fields_are_fields) {
  std::string scratch;
  raw_debt raw{"x", "x", "x", "x", "x", "x"};
  BOOST_TEST(!split_row(",,,,,", standard, scratch, raw));
  BOOST_TEST(raw.name.empty());
  BOOST_TEST(raw.debt_id.empty());
}

BOOST_AUTO_TEST_CASE(fewer_or_more_fields_than_the_header_are_a_bad_row) {
  BOOST_TEST(refusal_of("a,b,c").code == "field_count");
  BOOST_TEST(refusal_of("a,b,c").message == "the row has 3 fields, the header line 6");
  BOOST_TEST(refusal_of("a,b,c,d,e,f,").code == "field_count");
  BOOST_TEST(refusal_of("a,b,c,d,e,f,").field == "");
}

BOOST_AUTO_TEST_CASE(text_after_a_closing_quote_is_a_bad_row) {
  auto refusal = refusal_of("a,\"b\"c,d,e,f,g");
  BOOST_TEST(refusal.code == "quote_syntax");
  BOOST_TEST(refusal.message == "field 2: text follows its closing quote");
  BOOST_TEST(refusal.input == "a,\"b\"c,d,e,f,g");
}

BOOST_AUTO_TEST_CASE(a_refused_row_is_shown_as_valid_utf8) {
  BOOST_TEST(refusal_of(std::string_view{"a\xFF\0b", 4}).input
             == "a\xEF\xBF\xBD\xEF\xBF\xBD"
                "b");
}

BOOST_AUTO_TEST_SUITE_END()
