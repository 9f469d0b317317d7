#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "domain/debt_fields.hpp"
#include "domain/validation.hpp"

using namespace bankslip::domain;

BOOST_AUTO_TEST_SUITE(validation_test)

namespace {

const raw_debt good{"José Araújo", "00011111111", "jose@example.com",
                    "10.5",        "2026-03-10",  "debt-1"};

/// "field:code" of each refusal.
std::vector<std::string> refusals(const raw_debt& raw, const debt_rules& rules = {}) {
  debt d;
  std::vector<std::string> out;
  for (const auto& error : validate(raw, d, rules))
    out.push_back(error.field + ":" + error.code);
  return out;
}

/// The code for `text` in one field of an otherwise good debt; "" when taken.
std::string code(std::string_view raw_debt::*field, std::string_view text,
                 amount_form form = amount_form::point, const debt_rules& rules = {}) {
  auto raw = good;
  raw.*field = text;
  raw.form = form;
  auto found = refusals(raw, rules);
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
       {"\x7E", "\xC2\xA1", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
        "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
    BOOST_TEST(code(&raw_debt::name, text) == "");
}

BOOST_AUTO_TEST_CASE(amounts_have_a_form_and_a_range) {
  for (auto text : {"0.01", "7811", "99999999.99", "007"})
    BOOST_TEST(code(&raw_debt::debt_amount, text) == "", text);
  for (auto text : {"1.234", "-5", "1e3", "1,5", "1 1", "1.", "ten", "."})
    BOOST_TEST(code(&raw_debt::debt_amount, text) == "amount_format", text);
  for (auto text : {"0", "0.00", "100000000", "99999999999999999999.99"})
    BOOST_TEST(code(&raw_debt::debt_amount, text) == "amount_range", text);
  BOOST_TEST(code(&raw_debt::debt_amount, "1,5", amount_form::comma) == "");
  BOOST_TEST(code(&raw_debt::debt_amount, "1.5", amount_form::comma) == "amount_format");
  for (auto text : {"1,5", "1.50", "7811", "0,01", "99999999.99"})
    BOOST_TEST(code(&raw_debt::debt_amount, text, amount_form::point_or_comma) == "", text);
  for (auto text : {"1,234", "1.234", "1.234,50", "1,234.50"})
    BOOST_TEST(code(&raw_debt::debt_amount, text, amount_form::point_or_comma) == "amount_format",
               text);
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
  // No URL carries the dots.
  for (auto text : {".", "..", " .. ", "a/b", "a\nb", "a\tb", "\x7F", "é", "a\x1F", "/"})
    BOOST_TEST(code(&raw_debt::debt_id, text) == "debt_id_characters", text);
  for (auto text : {"...", ".a", "a.", ". .", "-", "..."})
    BOOST_TEST(code(&raw_debt::debt_id, text) == "", text);
  BOOST_TEST(code(&raw_debt::debt_id, std::string(128, 'x')) == "");
  BOOST_TEST(code(&raw_debt::debt_id, std::string(129, 'x')) == "too_long");
}

BOOST_AUTO_TEST_CASE(blanks_around_a_value_are_no_part_of_it) {
  for (std::string left : {"", " ", "\t", "\xC2\xA0", " \t\xC2\xA0 "})
    for (std::string right : {"", " ", "\t", "\xC2\xA0", "\xC2\xA0\xC2\xA0\t"}) {
      auto padded = [&](std::string_view text) { return left + std::string{text} + right; };
      const std::string fields[] = {padded(good.name),          padded(good.government_id),
                                    padded(good.email),         padded(good.debt_amount),
                                    padded(good.debt_due_date), padded(good.debt_id)};
      debt d;
      debt plain;
      BOOST_TEST(
          validate({fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]}, d).empty());
      BOOST_TEST(validate(good, plain).empty());
      BOOST_TEST((d == plain));
    }
}

BOOST_AUTO_TEST_CASE(a_name_of_blanks_alone_or_with_control_characters_is_refused) {
  for (auto text : {" ", "\t", "\xC2\xA0", "   \t ", "\xC2\xA0\xC2\xA0", "\xE2\x80\x83",
                    "\xE3\x80\x80", "\xE2\x80\x8B", "\xEF\xBB\xBF", " \xE2\x80\x82 ", "\xC2\xAD",
                    "\xE2\x80\xAE", "\xE1\x85\x9F", "\xE2\xA0\x80", "\xE3\x85\xA4"}) {
    BOOST_TEST(code(&raw_debt::name, text) == "blank");
    BOOST_TEST(code(&raw_debt::government_id, text) == "blank");
  }
  for (auto text : {"a\nb", "a\tb", "a\rb", "\x01", "a\x1F", "\x7F", "José\x1B[2J", "a\xC2\x80",
                    "a\xC2\x9F", "Maria da Silva \xC2\x85 Souza", "12345678\n"}) {
    BOOST_TEST(code(&raw_debt::name, text) == "control_character");
    BOOST_TEST(code(&raw_debt::government_id, text) == "control_character");
  }
  for (int at = 0; at < 20; ++at) {
    std::string text(20, 'a');
    text[at] = at == 0 || at == 19 ? '\n' : '\t';
    BOOST_TEST(code(&raw_debt::name, text) == "control_character");
  }
  debt d;
  auto raw = good;
  raw.name = " ";
  BOOST_TEST(validate(raw, d).at(0).message == "name must not be blanks alone");
}

BOOST_AUTO_TEST_CASE(json_amounts_are_numbers) {
  for (auto [text, cents] : {std::pair{"1.5e1", 1'500LL},
                             {"1E+2", 10'000LL},
                             {"1.0E7", 1'000'000'000LL},
                             {"10.500", 1'050LL},
                             {"1e3", 100'000LL},
                             {"1e-2", 1LL},
                             {"0.010", 1LL},
                             {"99999999.99", 9'999'999'999LL},
                             {"9999999999e-2", 9'999'999'999LL},
                             {"0.00000000000000000001e20", 100LL},
                             {"100000000000000000000000e-22", 1'000LL},
                             {"12.340000000000000000000", 1'234LL}}) {
    auto raw = good;
    raw.debt_amount = text;
    raw.form = amount_form::json_number;
    debt d;
    BOOST_TEST(validate(raw, d).empty(), text);
    BOOST_TEST(d.amount.cents == cents, text);
    // As text it must be written as in a file.
    if (std::string_view{text} != "99999999.99")
      BOOST_TEST(code(&raw_debt::debt_amount, text) == "amount_format", text);
  }
  for (auto text : {"10.005", "1e-3", "0.001", "1.5e-2", "0.30000000000000004", "1e", "e1", "1.e1",
                    ".5", "1.5e1x", "--1", "1e+-2", "+1", "0x10", "12345678901234567890.123"})
    BOOST_TEST(code(&raw_debt::debt_amount, text, amount_form::json_number) == "amount_format",
               text);
  for (auto text : {"0", "-0", "0e999999999999999999999", "-5", "1e8", "1e999999999999999999999",
                    "100000000", "-1.5e1", "0.00", "99999999.99e1"})
    BOOST_TEST(code(&raw_debt::debt_amount, text, amount_form::json_number) == "amount_range",
               text);
}

BOOST_AUTO_TEST_CASE(due_dates_outside_the_window_of_the_brazilian_day_are_refused) {
  struct fixed_clock final : clock {
    utc_time now{};
    std::chrono::steady_clock::time_point steady_now() const override { return {}; }
    utc_time utc_now() const override { return now; }
    void sleep_for(std::chrono::milliseconds) const override {}
  } time;
  validation_policy policy{government_id_check::off, due_date_window::reject, &time};
  const date today = std::chrono::year{2026} / 7 / 10;
  auto judged = [&](date day) {
    return code(&raw_debt::debt_due_date, format_date(day), amount_form::point, rules_of(policy));
  };
  // A day begins at 03:00 UTC.
  for (auto hour : {3, 12, 23, 26}) {
    time.now = today + std::chrono::hours{hour};
    for (auto days : {-3'000, -2'999, -1, 0, 1, 100, 5'499, 5'500})
      BOOST_TEST(judged(today + std::chrono::days{days}) == "", hour << ", " << days);
    for (auto days : {-9'000, -3'002, -3'001, 5'501, 5'502, 8'000})
      BOOST_TEST(judged(today + std::chrono::days{days}) == "due_date_window",
                 hour << ", " << days);
  }
  // The day after, and the day before.
  time.now = today + std::chrono::hours{27};
  BOOST_TEST(judged(today - std::chrono::days{3'000}) == "due_date_window");
  time.now = today + std::chrono::hours{2};
  BOOST_TEST(judged(today - std::chrono::days{3'001}) == "");
  BOOST_TEST(judged(std::chrono::year{2015} / 6 / 30) == "due_date_window");
  policy.due_dates = due_date_window::off;
  for (auto text : {"2000-07-03", "2015-06-30", "2049-10-13"})
    BOOST_TEST(judged(*parse_date(text)) == "");
  BOOST_TEST(judged(std::chrono::year{2000} / 7 / 2) == "date_range");
  // No factor means a later day, whatever today is.
  policy.due_dates = due_date_window::reject;
  time.now = date{std::chrono::year{2045} / 1 / 1} + std::chrono::hours{12};
  BOOST_TEST(judged(std::chrono::year{2049} / 10 / 14) == "due_date_window");
}

BOOST_AUTO_TEST_CASE(government_ids_are_judged_as_the_policy_says) {
  debt_rules rules;
  auto judged = [&](std::string_view id) {
    return code(&raw_debt::government_id, id, amount_form::point, rules);
  };
  debt d;
  d.government_id = "11111111111";
  d.due_date = std::chrono::year{2026} / 7 / 10;
  BOOST_TEST(judged("11111111111") == "");
  BOOST_TEST(!policy_fault(d, rules));
  BOOST_TEST(!is_suspect(d, rules));
  rules.id_check = government_id_check::warn;
  BOOST_TEST(judged("11111111111") == "");
  BOOST_TEST(!policy_fault(d, rules));
  BOOST_TEST(is_suspect(d, rules));
  rules.id_check = government_id_check::reject;
  for (auto id : {"11111111111", "12345678900", "71699936608", "x", "00000000000000", "1"})
    BOOST_TEST(judged(id) == "government_id_digits", id);
  for (auto id : {"71699936609", "716.999.366-09", "12ABC34501DE35", " 71699936609 "})
    BOOST_TEST(judged(id) == "", id);
  BOOST_TEST(policy_fault(d, rules)->code == "government_id_digits");
  BOOST_TEST(!is_suspect(d, rules));
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
