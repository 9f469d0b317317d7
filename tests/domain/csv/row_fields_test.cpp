#include <boost/test/unit_test.hpp>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "domain/csv/header.hpp"
#include "domain/error.hpp"

using namespace bankslip::domain;

BOOST_AUTO_TEST_SUITE(row_fields_test)

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

const csv_dialect standard{',', amount_form::point, 6, {0, 1, 2, 3, 4, 5}};

field_error refusal_of(std::string_view row) {
  std::string scratch;
  raw_debt raw;
  auto error = split_row(row, standard, scratch, raw);
  BOOST_TEST_REQUIRE(error.has_value());
  return *error;
}

} // namespace

BOOST_AUTO_TEST_CASE(columns_stand_in_any_order_among_others) {
  auto d = dialect_of("x,debtId, debtDueDate ,\"debtAmount\",email,y,\"governmentId\",name,x");
  BOOST_TEST(d.columns == 9);
  BOOST_TEST(d.separator == ',');
  BOOST_TEST(d.amounts == amount_form::point);
  std::array<std::size_t, 6> expected{7, 6, 4, 3, 2, 1};
  BOOST_TEST(d.position == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_semicolon_in_the_header_brings_the_decimal_comma) {
  auto d = dialect_of("name;governmentId;email;debtAmount;debtDueDate;debtId;\"a,b\"");
  BOOST_TEST(d.separator == ';');
  BOOST_TEST(d.amounts == amount_form::comma);
  BOOST_TEST(d.columns == 7);
}

BOOST_AUTO_TEST_CASE(a_semicolon_inside_quotes_does_not_count) {
  auto d = dialect_of("\"a;b\",name,governmentId,email,debtAmount,debtDueDate,debtId");
  BOOST_TEST(d.separator == ',');
  BOOST_TEST(d.columns == 7);
}

BOOST_AUTO_TEST_CASE(the_separator_is_the_one_that_makes_the_six_names_appear) {
  const std::string names[] = {"name",       "governmentId", "email",
                               "debtAmount", "debtDueDate",  "debtId"};
  for (std::string separator : {",", ";", "\t", "|"})
    for (std::string other : {"a,b", "a;b", "x|y", "m\tn", ",;|"}) {
      if (other.find(separator) != std::string::npos)
        continue;
      std::string line = other;
      for (const auto& name : names)
        line += separator + name;
      auto d = dialect_of(line);
      BOOST_TEST(d.separator == separator[0]);
      BOOST_TEST(d.columns == 7u);
      auto expected = separator == ","   ? amount_form::point
                      : separator == ";" ? amount_form::comma
                                         : amount_form::point_or_comma;
      BOOST_TEST((d.amounts == expected));
    }
}

BOOST_AUTO_TEST_CASE(missing_columns_are_named_in_the_standard_order_with_what_was_read) {
  BOOST_TEST(error_of("debtId,name")
             == "invalid input: the header line lacks the columns: "
                "governmentId, email, debtAmount, debtDueDate; read with the separator ',' it has: "
                "\"debtId\", \"name\"");
  const std::vector<std::pair<std::string, std::string>> table = {
      {"name,governmentid,email,debtAmount,debtDueDate,debtId", "upper and lower case"},
      {"Nome;CPF;Email;Valor", "read with the separator ';' it has: \"Nome\", \"CPF\""},
      {"Relatório de débitos", "may be a title"},
      {"Jos\xE9,1,a@b.c", "?encoding=windows-1252"},
      {"name:governmentId:email:debtAmount:debtDueDate:debtId", "not between separators"},
      {"name governmentId email debtAmount debtDueDate debtId", "not between separators"},
      {"PK\x03\x04rest", "workbook"},
      {std::string{"n\0a\0m\0e\0", 8}, "UTF-16"},
      {"name\tgovernmentId", "read with the separator tab"},
      {"name|email", "read with the separator '|'"},
      {"NAME,GOVERNMENTID,EMAIL", "upper and lower case"},
      {std::string(3000, ';'), "…"},
  };
  for (const auto& [line, told] : table) {
    auto text = error_of(line);
    BOOST_TEST(text.find("lacks the columns: ") != std::string::npos, text);
    BOOST_TEST(text.find(told) != std::string::npos, text);
    BOOST_TEST(is_clean_utf8(text));
    BOOST_TEST(text.size() < 1'000u);
  }
}

BOOST_AUTO_TEST_CASE(a_line_sep_tells_the_separator) {
  for (auto [line, told] : {std::pair{"sep=;", ';'},
                            {"SEP=,", ','},
                            {"\"sep=|\"", '|'},
                            {"sep=\t", '\t'},
                            {"sep=^", '^'},
                            {"sep=;;;;;;", ';'},
                            {"sep=~ ", '~'},
                            {"sep=", '\0'},
                            {"sep=a", '\0'},
                            {"sep=;x", '\0'},
                            {"sep=\"", '\0'},
                            {"name", '\0'},
                            {"", '\0'}})
    BOOST_TEST(told_separator(line) == told, line);
  auto d = parse_header("name^governmentId^email^debtAmount^debtDueDate^debtId", '^');
  BOOST_REQUIRE(static_cast<bool>(d));
  BOOST_TEST(d->separator == '^');
}

BOOST_AUTO_TEST_CASE(blanks_around_a_value_are_no_part_of_it) {
  std::string scratch;
  raw_debt raw;
  for (std::string row : {"Ana,1,e,2,3,d", " Ana , 1 , e , 2 , 3 , d ", "\tAna\t,\t1,e\t,2,3,d\t",
                          "\xC2\xA0"
                          "Ana\xC2\xA0,1\xC2\xA0,e,2,3,\xC2\xA0"
                          "d",
                          " \"Ana\" ,\"1\",\"e\",2,3,d", "\" Ana \",\"1 \",\" e\",2,3,\"d\"",
                          "\t\xC2\xA0 Ana,1, e,2,3 ,\td", "\"Ana\"\t,1,e,2,3,d",
                          "\xC2\xA0\"Ana\",1,e,2,3,d", "Ana  ,  1,e,  2,3  ,d"}) {
    BOOST_TEST(!split_row(row, standard, scratch, raw), row);
    BOOST_TEST(raw.name == "Ana", row);
    BOOST_TEST(raw.government_id == "1", row);
    BOOST_TEST(raw.email == "e", row);
    BOOST_TEST(raw.debt_id == "d", row);
  }
  auto d = dialect_of(
      "\xC2\xA0name\t, \"governmentId\" ,email\xC2\xA0,debtAmount ,debtDueDate,\tdebtId");
  BOOST_TEST(d.columns == 6u);
  // A separator is never a blank.
  csv_dialect tabs{'\t', amount_form::point, 6, {0, 1, 2, 3, 4, 5}};
  BOOST_TEST(!split_row("a\t\t \"c\" \t\t\t", tabs, scratch, raw));
  BOOST_TEST(raw.email == "c");
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
