#include "domain/boleto/bar_code.hpp"

#include <cstdint>

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include "domain/boleto/digits.hpp"
#include "domain/boleto/factor.hpp"
#include "domain/error.hpp"

using namespace bankslip::domain;

BOOST_AUTO_TEST_SUITE(bar_code_test)

namespace {

struct slip_vector {
  const char* id;
  const char* barcode;
  const char* line;
  const char* due;
  std::int64_t cents;
  int factor;
  const char* printed;
};

const slip_vector vectors[] = {
#include "boleto_vectors.inc"
};

boleto_fields fields_of(const slip_vector& v) {
  std::string code = v.barcode;
  return {code.substr(0, 3), v.factor, money{v.cents}, code.substr(19)};
}

std::string digits(std::size_t n) {
  return *rc::gen::container<std::string>(n, rc::gen::inRange('0', static_cast<char>('9' + 1)));
}

boleto_fields any_fields() {
  boleto_fields f;
  f.bank = digits(3);
  RC_PRE(f.bank[0] != '8');
  f.factor = *rc::gen::inRange(0, 10000);
  f.amount = money{*rc::gen::inRange<std::int64_t>(0, max_amount.cents + 1)};
  f.free_field = digits(25);
  return f;
}

// How many of the 9 * 43 one-digit changes outside the check digit leave the
// general check digit of `code` as it is.
int unseen_changes(const std::string& code) {
  int unseen = 0;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (i == 4)
      continue;
    for (char c = '0'; c <= '9'; ++c) {
      auto changed = code;
      changed[i] = c;
      if (c != code[i] && mod11_digit(changed.substr(0, 4) + changed.substr(5)) == code[4])
        ++unseen;
    }
  }
  return unseen;
}

} // namespace

BOOST_AUTO_TEST_CASE(published_bar_codes_and_lines_are_made_and_read) {
  for (auto& v : vectors) {
    BOOST_TEST_CONTEXT(v.id) {
      auto made = encode_barcode(fields_of(v));
      BOOST_REQUIRE(made);
      BOOST_TEST(*made == v.barcode);
      auto from_code = read_barcode(v.barcode);
      BOOST_TEST(from_code.valid());
      BOOST_TEST(from_code.linha_digitavel == v.line);
      BOOST_TEST((from_code.fields == fields_of(v)));
      auto from_line = read_line(strip_line(v.printed));
      BOOST_TEST(from_line.valid());
      BOOST_TEST(from_line.barcode == v.barcode);
      BOOST_TEST((from_line.fields == fields_of(v)));
      if (*v.due != 0) {
        auto due = parse_date(v.due);
        BOOST_REQUIRE(due.has_value());
        BOOST_TEST(due_factor(*due).value() == v.factor);
        auto all = due_dates(v.factor);
        BOOST_TEST((std::find(all.begin(), all.end(), *due) != all.end()));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(published_check_digits_are_found) {
  BOOST_TEST(mod10_digit("341911012") == '1');
  BOOST_TEST(mod10_digit("3456788005") == '8');
  BOOST_TEST(mod10_digit("7123457000") == '1');
  BOOST_TEST(mod10_digit("001905009") == '5');
  BOOST_TEST(mod10_digit("4014481606") == '9');
  BOOST_TEST(mod10_digit("0680935031") == '4');
  BOOST_TEST(mod10_digit("01230067896") == '3');
  BOOST_TEST(mod11_digit(std::string(43, '0')) == '1');
}

BOOST_AUTO_TEST_CASE(a_bank_code_has_its_printed_digit) {
  BOOST_TEST(bank_code_digit("001") == '9');
  BOOST_TEST(bank_code_digit("104") == '0');
  BOOST_TEST(bank_code_digit("341") == '7');
  BOOST_TEST(bank_code_digit("748") == 'X');
  BOOST_TEST(bank_code_digit("756") == '0');
}

BOOST_AUTO_TEST_CASE(broken_codes_are_refused_with_what_is_wrong) {
  auto r = read_barcode("34196166700000123451091234567880057123457000");
  BOOST_TEST(r.errors.size() == 1U);
  BOOST_TEST(r.errors.at(0) == "general check digit (bar code position 5) is 6 but must be 9");
  BOOST_TEST(
      !read_line(strip_line("23793.39001 60083.418004 84020.000003 1 12340000024900")).valid());
  BOOST_TEST(!read_line("93790000090000000000000000000000281310000012300").valid());
  BOOST_TEST(!read_barcode("").valid());
  BOOST_TEST(!read_barcode(std::string(44, '0')).valid());
  BOOST_TEST(!read_barcode(std::string(43, '1')).valid());
  BOOST_TEST(!read_barcode(std::string(43, '1') + "x").valid());
  BOOST_TEST(!read_line(std::string(46, '1')).valid());
  BOOST_TEST(!line_of_barcode("34196166700000123451091234567880057123457000"));
  BOOST_TEST(!barcode_of_line("93790000090000000000000000000000281310000012300"));
}

BOOST_AUTO_TEST_CASE(fields_that_do_not_fit_are_refused_by_name) {
  auto refusal = [](boleto_fields f) {
    auto code = encode_barcode(f);
    BOOST_REQUIRE(!code);
    BOOST_TEST(code_of(code.error()) == errc::invalid_input);
    return text_of(code.error());
  };
  boleto_fields good{"341", 1667, money{12345}, std::string(25, '1')};
  BOOST_TEST(!!encode_barcode(good));
  auto f = good;
  f.amount = max_amount;
  BOOST_TEST(!!encode_barcode(f));
  f.amount.cents++;
  BOOST_TEST(refusal(f).find("amount") != std::string::npos);
  f.amount.cents = -1;
  BOOST_TEST(refusal(f).find("amount") != std::string::npos);
  f = good;
  f.bank = "34";
  BOOST_TEST(refusal(f).find("bank") != std::string::npos);
  f.bank = "836";
  BOOST_TEST(refusal(f).find("arrecadação") != std::string::npos);
  f = good;
  f.factor = 10000;
  BOOST_TEST(refusal(f).find("factor") != std::string::npos);
  f = good;
  f.free_field.pop_back();
  BOOST_TEST(refusal(f).find("free field") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_arrecadacao_bar_code_is_no_bank_slip) {
  auto r = read_barcode("81" + std::string(42, '0'));
  BOOST_REQUIRE(!r.valid());
  BOOST_TEST(r.errors.at(0).find("arrecadação") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(any_slip_goes_to_a_line_and_back) {
  BOOST_TEST(rc::check([] {
    auto f = any_fields();
    auto code = encode_barcode(f);
    RC_ASSERT(static_cast<bool>(code));
    auto r = read_barcode(*code);
    RC_ASSERT(r.valid());
    RC_ASSERT((r.fields == f));
    RC_ASSERT((*code)[4] != '0');
    RC_ASSERT(*barcode_of_line(r.linha_digitavel) == *code);
    RC_ASSERT(strip_line(format_line(r.linha_digitavel)) == r.linha_digitavel);
  }));
}

BOOST_AUTO_TEST_CASE(every_one_digit_change_in_fields_1_to_3_of_a_line_is_caught) {
  BOOST_TEST(rc::check([] {
    auto line = *line_of_barcode(*encode_barcode(any_fields()));
    for (std::size_t i = 0; i < 32; ++i)
      for (char c = '0'; c <= '9'; ++c) {
        auto changed = line;
        changed[i] = c;
        RC_ASSERT(read_line(changed).valid() == (c == line[i]));
      }
  }));
}

// Two weighted sums differ by a multiple of 11 only when the digit is the same,
// so a change is unseen only between the remainders 0, 1 and 10, which all give
// the check digit 1: at most two of a position's nine changes.
BOOST_AUTO_TEST_CASE(mod_11_misses_no_change_but_at_most_86_of_387_where_the_digit_is_1) {
  BOOST_TEST(rc::check([] {
    auto code = *encode_barcode(any_fields());
    int unseen = unseen_changes(code);
    RC_ASSERT((code[4] == '1' ? unseen <= 86 && unseen >= 43 : unseen == 0));
  }));
  BOOST_TEST(unseen_changes("99991101200000350007772130530150081897500000") == 77);
  BOOST_TEST(unseen_changes("42291674900005543057115000062767295015300452") == 81);
  BOOST_TEST(unseen_changes("23792813100000123000000000000000000000000000") == 0);
}

BOOST_AUTO_TEST_CASE(a_change_of_the_general_check_digit_is_always_caught) {
  for (auto& v : vectors)
    for (char c = '0'; c <= '9'; ++c) {
      std::string code = v.barcode;
      code[4] = c;
      BOOST_TEST(read_barcode(code).valid() == (c == v.barcode[4]));
    }
}

BOOST_AUTO_TEST_CASE(a_line_is_read_with_the_separators_that_people_paste) {
  const std::string digits = "34191101213456788005871234570001616670000012345";
  for (auto* text : {"34191.10121 34567.880058 71234.570001 6 16670000012345",
                     "34191-10121 34567-880058 71234-570001 6 16670000012345",
                     "34191.10121-34567.880058-71234.570001-6-16670000012345",
                     "34191.10121\u00a034567.880058\u00a071234.570001\u00a06\u00a016670000012345",
                     "34191.10121\u202f34567.880058\u202f71234.570001 6 16670000012345",
                     "34191.10121 \u2013 34567.880058 \u2013 71234.570001 \u2014 6 16670000012345",
                     "34191\u201110121 34567.880058 71234.570001 6 16670000012345",
                     "\ufeff34191.10121 34567.880058 71234.570001 6 16670000012345\r\n",
                     "34191.10121\t34567.880058\t71234.570001\t6\t16670000012345",
                     "\u00a034191101213456788005871234570001616670000012345\u00a0"}) {
    BOOST_TEST(strip_line(text) == digits, text);
    BOOST_TEST(read_line(strip_line(text)).valid());
  }
  for (auto* text : {"34191/10121", "34191,10121", "34191_10121", "a", "\xff", "３"})
    BOOST_TEST(strip_line(text) == text);
}

BOOST_AUTO_TEST_SUITE_END()
