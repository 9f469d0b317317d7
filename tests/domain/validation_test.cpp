#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "domain/validation.hpp"

using namespace bankslip::domain;

namespace {

const raw_debt good{"José Araújo", "00011111111", "jose@example.com",
                    "10.5",        "2026-03-10",  "debt-1"};

/// "field:code" of each refusal.
std::vector<std::string> refusals(const raw_debt& raw, char separator = '.') {
  debt d;
  std::vector<std::string> out;
  for (const auto& error : validate(raw, d, separator))
    out.push_back(error.field + ":" + error.code);
  return out;
}

/// The code for `text` in one field of an otherwise good debt; "" when taken.
std::string code(std::string_view raw_debt::*field, std::string_view text, char separator = '.') {
  auto raw = good;
  raw.*field = text;
  auto found = refusals(raw, separator);
  BOOST_TEST_REQUIRE(found.size() <= 1);
  return found.empty() ? "" : found[0].substr(found[0].find(':') + 1);
}

std::string repeated(std::string_view text, int n) {
  std::string out;
  while (n-- > 0)
    out += text;
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(validation_test)

BOOST_AUTO_TEST_CASE(a_good_debt_is_taken_as_it_is) {
  debt d;
  BOOST_TEST(validate(good, d).empty());
  debt expected{"debt-1",           "José Araújo", "00011111111",
                "jose@example.com", money{1'050},  std::chrono::year{2026} / 3 / 10};
  BOOST_TEST((d == expected));
}

BOOST_AUTO_TEST_CASE(every_bad_field_is_told_and_in_order) {
  std::vector<std::string> empty{"name:required",          "government_id:required",
                                 "email:required",         "debt_amount:required",
                                 "debt_due_date:required", "debt_id:required"};
  BOOST_TEST(refusals({}) == empty, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_refusal_names_field_code_reason_and_text) {
  debt d;
  auto raw = good;
  raw.debt_amount = "1e3";
  auto errors = validate(raw, d);
  BOOST_TEST_REQUIRE(errors.size() == 1);
  BOOST_TEST(errors[0].field == "debt_amount");
  BOOST_TEST(errors[0].code == "amount_format");
  BOOST_TEST(errors[0].message.starts_with("amount must be decimal text"));
  BOOST_TEST(errors[0].input == "1e3");
}

BOOST_AUTO_TEST_CASE(lengths_are_counted_in_characters) {
  BOOST_TEST(code(&raw_debt::name, repeated("ã", 255)) == "");
  BOOST_TEST(code(&raw_debt::name, repeated("ã", 256)) == "too_long");
  BOOST_TEST(code(&raw_debt::name, repeated("\xF0\x9F\x98\x80", 255)) == "");
  BOOST_TEST(code(&raw_debt::government_id, repeated("é", 20)) == "");
  BOOST_TEST(code(&raw_debt::government_id, repeated("é", 21)) == "too_long");
  BOOST_TEST(code(&raw_debt::government_id, repeated("1", 21)) == "too_long");
}

BOOST_AUTO_TEST_CASE(nul_and_what_is_not_utf8_are_refused) {
  for (std::string_view text : {"\xFF", "a\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80",
                                "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "abcdefgh\x80", "\x80"}) {
    BOOST_TEST(code(&raw_debt::name, text) == "utf8");
    BOOST_TEST(code(&raw_debt::government_id, text) == "utf8");
    BOOST_TEST(code(&raw_debt::debt_id, text) == "debt_id_characters");
  }
  for (int at = 0; at < 20; ++at) {
    std::string text(20, 'a');
    text[at] = '\0';
    BOOST_TEST(code(&raw_debt::name, text) == "utf8");
    text[at] = '\xE9';
    BOOST_TEST(code(&raw_debt::name, text) == "utf8");
  }
}

BOOST_AUTO_TEST_CASE(the_edges_of_utf8_are_taken) {
  for (std::string_view text :
       {"\x01", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
        "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "line\nbreak\t"})
    BOOST_TEST(code(&raw_debt::name, text) == "");
}

BOOST_AUTO_TEST_CASE(amounts_have_a_form_and_a_range) {
  for (auto text : {"0.01", "7811", "99999999.99", "007"})
    BOOST_TEST(code(&raw_debt::debt_amount, text) == "", text);
  for (auto text : {"1.234", "-5", "1e3", "1,5", " 1", "1.", "ten", "."})
    BOOST_TEST(code(&raw_debt::debt_amount, text) == "amount_format", text);
  for (auto text : {"0", "0.00", "100000000", "99999999999999999999.99"})
    BOOST_TEST(code(&raw_debt::debt_amount, text) == "amount_range", text);
  BOOST_TEST(code(&raw_debt::debt_amount, "1,5", ',') == "");
  BOOST_TEST(code(&raw_debt::debt_amount, "1.5", ',') == "amount_format");
}

BOOST_AUTO_TEST_CASE(dates_have_a_form_and_a_range) {
  for (auto text : {"2000-07-03", "2049-10-13", "2024-02-29"})
    BOOST_TEST(code(&raw_debt::debt_due_date, text) == "", text);
  for (auto text : {"2000-07-02", "2049-10-14", "1997-10-07", "9999-12-31"})
    BOOST_TEST(code(&raw_debt::debt_due_date, text) == "date_range", text);
  for (auto text : {"2023-02-29", "03/07/2026", "2026-7-3", "2026-07-03T00:00"})
    BOOST_TEST(code(&raw_debt::debt_due_date, text) == "date_format", text);
}

BOOST_AUTO_TEST_CASE(debt_ids_are_printable_ascii_without_slash) {
  for (auto text : {"a", "two words", "!\"#$%&'()*+,-.:;<=>?@[\\]^_`{|}~", "0b7f5f0e-5a31"})
    BOOST_TEST(code(&raw_debt::debt_id, text) == "", text);
  for (auto text : {" ", " a", "a ", "a/b", "a\nb", "a\tb", "\x7F", "é", "a\x1F"})
    BOOST_TEST(code(&raw_debt::debt_id, text) == "debt_id_characters", text);
  BOOST_TEST(code(&raw_debt::debt_id, std::string(128, 'x')) == "");
  BOOST_TEST(code(&raw_debt::debt_id, std::string(129, 'x')) == "too_long");
}

BOOST_AUTO_TEST_CASE(refused_text_is_cut_and_made_fit_for_json) {
  BOOST_TEST(clean_utf8("ok", 100) == "ok");
  BOOST_TEST(clean_utf8(std::string(200, 'x'), 100) == std::string(100, 'x'));
  BOOST_TEST(clean_utf8("xã", 2) == "x");
  BOOST_TEST(clean_utf8(std::string_view{"a\0\xFF\xC3", 4}, 100) == "a" + repeated("\uFFFD", 3));
  BOOST_TEST(clean_utf8("aaa\xFF", 5) == "aaa");
}

BOOST_AUTO_TEST_CASE(fields_have_their_names_in_the_file) {
  BOOST_TEST(csv_name("name") == "name");
  BOOST_TEST(csv_name("government_id") == "governmentId");
  BOOST_TEST(csv_name("email") == "email");
  BOOST_TEST(csv_name("debt_amount") == "debtAmount");
  BOOST_TEST(csv_name("debt_due_date") == "debtDueDate");
  BOOST_TEST(csv_name("debt_id") == "debtId");
}

BOOST_AUTO_TEST_SUITE_END()
