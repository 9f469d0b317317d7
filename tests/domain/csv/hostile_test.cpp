#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "tests/domain/csv/csv_cutting.hpp"

using namespace bankslip;
using namespace bankslip::domain;
using namespace bankslip::tests;

BOOST_AUTO_TEST_SUITE(hostile_test)

namespace {

using generator = std::mt19937_64;

std::size_t below(generator& random, std::size_t n) { return random() % n; }

/// A file of pieces that a CSV parser may stumble over.
std::string hostile_file(generator& random, char separator) {
  const std::string s(1, separator);
  const std::vector<std::string> pieces = {
      "\"",
      "\"",
      "\"\"",
      s,
      s,
      s,
      "\n",
      "\n",
      "\r\n",
      "\r",
      "a",
      "bc",
      "\xEF\xBB\xBF",
      std::string(1, '\0'),
      "\xFF",
      "\xC3\xA3",
      ",",
      ";",
      " ",
      "\t",
      "\xC2\xA0",
      s + "\"",
      "\"" + s,
      "\"\n",
      "0123456789abcdef",
      std::string(40, 'x'),
  };
  std::string file = random() % 2 ? "\xEF\xBB\xBF" : "";
  for (const char* name : {"name", "governmentId", "email", "debtAmount", "debtDueDate"})
    file += name + s;
  file += random() % 2 ? "debtId\n" : "debtId\r\n";
  const auto header_size = file.size();
  auto count = below(random, 60);
  for (std::size_t i = 0; i < count; ++i)
    file += pieces[below(random, pieces.size())];
  if (below(random, 50) == 0)
    file.insert(header_size + below(random, file.size() - header_size + 1),
                std::string(max_row_bytes - below(random, 20), 'L'));
  return file;
}

std::vector<std::string_view> cut_anywhere(generator& random, std::string_view file) {
  std::vector<std::string_view> pieces;
  while (!file.empty()) {
    auto size = std::min(file.size(), below(random, random() % 4 ? 12 : 70'000));
    pieces.push_back(file.substr(0, size));
    file.remove_prefix(size);
  }
  return pieces;
}

/// Whether `split_row` and the reference see the same in `row`.
void check_split(const std::string& row, const csv_dialect& dialect, std::string& scratch) {
  raw_debt raw;
  auto error = split_row(row, dialect, scratch, raw);
  auto expected = reference_fields(row, dialect.separator);
  if (!expected) {
    BOOST_TEST_REQUIRE(error.has_value());
    BOOST_TEST_REQUIRE(error->code == "quote_syntax");
  } else if (expected->size() != dialect.columns) {
    BOOST_TEST_REQUIRE(error.has_value());
    BOOST_TEST_REQUIRE(error->code == "field_count");
  } else {
    BOOST_TEST_REQUIRE(!error);
    std::vector<std::string> fields;
    for (auto field :
         {raw.name, raw.government_id, raw.email, raw.debt_amount, raw.debt_due_date, raw.debt_id})
      fields.emplace_back(field);
    BOOST_TEST_REQUIRE(fields == *expected, boost::test_tools::per_element());
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(hostile_files_are_cut_and_split_as_the_slow_parser_does) {
  generator random{20'260'710};
  std::string scratch;
  std::size_t unclosed = 0;
  std::size_t too_long = 0;
  for (int i = 0; i < 20'000; ++i) {
    const char separator = random() % 2 ? ',' : ';';
    auto text = hostile_file(random, separator);
    auto expected = reference_rows(text, separator);
    expected.erase(expected.begin());
    auto file = cut_pieces(cut_anywhere(random, text), 1 + below(random, 5));
    BOOST_TEST_REQUIRE(!file.error, text_of(file.error));
    BOOST_TEST_REQUIRE(file.rows == expected, boost::test_tools::per_element());
    csv_dialect dialect{separator, amount_form::point, 6, {0, 1, 2, 3, 4, 5}};
    for (const auto& row : file.rows) {
      unclosed += row.unclosed_quote;
      too_long += row.too_long;
      if (!row.unclosed_quote && !row.too_long)
        check_split(row.bytes, dialect, scratch);
    }
  }
  BOOST_TEST(unclosed > 100);
  BOOST_TEST(too_long > 10);
}

BOOST_AUTO_TEST_CASE(rows_of_six_fields_with_quotes_anywhere_are_split_as_the_slow_parser_does) {
  generator random{7};
  std::string scratch;
  csv_dialect dialect{',', amount_form::point, 6, {0, 1, 2, 3, 4, 5}};
  const std::array<std::string, 8> fields = {
      "",     "plain",          "\"quoted, text\"", "\"\"\"\"",
      "a\"b", "\"x\"\"y\"\"\"", "\"wrong\"x",       "12345678",
  };
  for (int i = 0; i < 20'000; ++i) {
    std::string row;
    for (int k = 0; k < 6; ++k)
      row += (k ? "," : "") + fields[below(random, fields.size())];
    check_split(row, dialect, scratch);
  }
}

BOOST_AUTO_TEST_CASE(random_bytes_never_do_harm) {
  generator random{99};
  std::string scratch;
  for (int i = 0; i < 2'000; ++i) {
    std::string file = "name,governmentId,email,debtAmount,debtDueDate,debtId\n";
    auto size = below(random, 2'000);
    for (std::size_t k = 0; k < size; ++k)
      file += static_cast<char>(random());
    auto expected = reference_rows(file, ',');
    auto cut = cut_pieces(cut_anywhere(random, file));
    BOOST_TEST_REQUIRE(cut.rows.size() == expected.size() - 1);
    raw_debt raw;
    debt d;
    for (const auto& row : cut.rows)
      if (!split_row(row.bytes, {',', amount_form::point, 6, {0, 1, 2, 3, 4, 5}}, scratch, raw))
        for (const auto& error : validate(raw, d))
          BOOST_TEST_REQUIRE(is_clean_utf8(error.input));
  }
}

BOOST_AUTO_TEST_SUITE_END()
