#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/domain/csv/csv_cutting.hpp"

using namespace bankslip;
using namespace bankslip::domain;
using namespace bankslip::tests;

BOOST_AUTO_TEST_SUITE(row_cutter_test)

namespace {

const std::string header = "name,governmentId,email,debtAmount,debtDueDate,debtId";

std::vector<std::string> bytes_of(const cut_file& file) {
  std::vector<std::string> rows;
  for (const auto& row : file.rows)
    rows.push_back(row.bytes);
  return rows;
}

std::vector<std::string> rows_of(const std::string& body) {
  auto file = cut_pieces({header + "\n" + body});
  BOOST_TEST(!file.error, text_of(file.error));
  return bytes_of(file);
}

using rows = std::vector<std::string>;

const std::vector<std::string> samples = {
    header,
    header + "\n",
    header + "\r\na,b,c,1,2,d\r\ne,f,g,3,4,h",
    "\xEF\xBB\xBF" + header + "\na,b,c,1,2,d\n",
    "\xEF\xBB\xBF\"name\",\"governmentId\",email,debtAmount,debtDueDate,debtId\r\na,b,c,1,2,d\r\n",
    "\n\r\n" + header + "\n\n\r\na,b\n\n\n\r\nc,d\n\r\n",
    header + "\n\"a\nb\",\"c\r\nd\",\"e,f\",\"g\"\"h\",\"\",\"\"\"\"\nplain,1\n",
    header + "\na\"b,c\"d,\"e\"x\"f,\"\"\n\"\"g,h\n",
    header + "\na\rb,c\r\r\nd,e\r",
    header + "\na,b\n\"never,closed\nc,d\n",
    "name;governmentId;email;debtAmount;debtDueDate;debtId\n\"a;b\";1;c,\";\n;\";2\n",
    header + "\n1\n2\n3\n4\n5\n6\n7\n\n",
    header + "\n\"a\"",
    header + "\na,\"",
    header + ",\"more\nlines\"\na,b\n",
};

} // namespace

BOOST_AUTO_TEST_CASE(every_sample_cut_at_every_byte_gives_the_same_rows) {
  for (const auto& sample : samples) {
    auto separator = sample.find(';') < sample.find(',') ? ';' : ',';
    auto expected = reference_rows(sample, separator);
    expected.erase(expected.begin());
    for (std::size_t i = 0; i <= sample.size(); ++i)
      for (std::size_t k = i; k <= std::min(i + 3, sample.size()); ++k) {
        std::string_view all{sample};
        auto file = cut_pieces({all.substr(0, i), all.substr(i, k - i), all.substr(k)});
        BOOST_TEST_REQUIRE(!file.error, sample << ": " << text_of(file.error));
        BOOST_TEST_REQUIRE(file.rows == expected, boost::test_tools::per_element());
      }
  }
}

BOOST_AUTO_TEST_CASE(the_sample_file_is_cut_and_its_rows_are_valid) {
  std::ifstream in{SOURCE_DIR "/tests/data/small.csv", std::ios::binary};
  std::string bytes{std::istreambuf_iterator<char>{in}, {}};
  std::vector<csv_chunk> chunks;
  row_cutter cutter{1000};
  BOOST_TEST_REQUIRE(!cutter.push(bytes, chunks));
  BOOST_TEST_REQUIRE(!cutter.finish(chunks));
  BOOST_TEST_REQUIRE(chunks.size() == 1);
  BOOST_TEST_REQUIRE(chunks[0].rows.size() == 8);
  std::string scratch;
  raw_debt raw;
  debt d;
  for (const auto& row : chunks[0].rows) {
    auto bytes_of_row = std::string_view{chunks[0].bytes}.substr(row.begin, row.size);
    BOOST_TEST(!split_row(bytes_of_row, *cutter.dialect(), scratch, raw));
    BOOST_TEST(validate(raw, d).empty());
  }
  BOOST_TEST(d.debt_id == "0b7f5f0e-5a31-4c0e-9a44-3f1c2d6e7a08");
  BOOST_TEST(d.amount.cents == 220'000);
}

BOOST_AUTO_TEST_CASE(line_ends_may_be_lf_or_crlf_and_the_last_one_is_optional) {
  BOOST_TEST(rows_of("a,b\nc,d") == rows({"a,b", "c,d"}));
  BOOST_TEST(rows_of("a,b\r\nc,d\r\n") == rows({"a,b", "c,d"}));
  BOOST_TEST(rows_of("a,b\nc,d\r") == rows({"a,b", "c,d"}));
}

BOOST_AUTO_TEST_CASE(line_ends_are_told_in_every_form_that_programs_write) {
  for (std::string end :
       {"\n", "\r\n", "\r\r\n", "\r", "\n\n", "\r\n\r\n", "\n\r", "\r\r", "\r\n\n", "\r\r\r\n"}) {
    auto file = cut_pieces({header + end + "a,b" + end + "\"c\r\n\rd\"" + end + "e,f"});
    BOOST_TEST_REQUIRE(!file.error, text_of(file.error));
    BOOST_TEST(bytes_of(file) == rows({"a,b", "\"c\r\n\rd\"", "e,f"}));
  }
  BOOST_TEST(rows_of("a\rb\nc\r\nd\r\r\ne") == rows({"a", "b", "c", "d", "e"}));
}

BOOST_AUTO_TEST_CASE(rows_of_separators_and_blanks_are_skipped_and_not_counted) {
  for (std::string blank : {",,,,,", ",", " ", "\t", "\xC2\xA0", " , ,\t,,\xC2\xA0,",
                            ",,,,,,,,,,,,", "  \t  ", "\xC2\xA0\xC2\xA0", ", "}) {
    BOOST_TEST(rows_of(blank + "\na,b\n" + blank + "\r\n" + blank + "\nc,d\n" + blank)
                   == rows({"a,b", "c,d"}),
               blank);
  }
  for (std::string row : {"\"\"", ",,,,,x", ";;;;;", "\xC2", "\xA0", "0"})
    BOOST_TEST(rows_of(row + "\n").size() == 1u, row);
  auto file =
      cut_pieces({"name;governmentId;email;debtAmount;debtDueDate;debtId\n;;;;;\na;b\n;;;;;\n"});
  BOOST_TEST(bytes_of(file) == rows({"a;b"}));
}

BOOST_AUTO_TEST_CASE(blank_lines_are_skipped_and_not_counted) {
  std::vector<csv_chunk> chunks;
  row_cutter cutter{10};
  BOOST_TEST(!cutter.push("\r\n\n" + header + "\n\n\r\na,b\n\n\nc,d\n\r\n", chunks));
  BOOST_TEST(!cutter.finish(chunks));
  BOOST_TEST(cutter.rows() == 2);
}

BOOST_AUTO_TEST_CASE(line_ends_and_separators_inside_quotes_are_data) {
  BOOST_TEST(rows_of("\"a\nb\",\"c\r\n,d\"\ne,f\n") == rows({"\"a\nb\",\"c\r\n,d\"", "e,f"}));
}

BOOST_AUTO_TEST_CASE(a_quote_inside_a_plain_field_opens_nothing) {
  BOOST_TEST(rows_of("a\"b,c\nd,e\"\n") == rows({"a\"b,c", "d,e\""}));
}

BOOST_AUTO_TEST_CASE(chunks_have_the_rows_asked_for_and_know_their_first_row) {
  auto file = cut_pieces({header + "\n1\n2\n3\n4\n5\n"}, 2);
  BOOST_TEST_REQUIRE(file.chunks.size() == 3);
  BOOST_TEST(file.chunks[1].first_row == 2);
  BOOST_TEST(file.chunks[1].rows.size() == 2);
  BOOST_TEST(file.chunks[2].rows.size() == 1);
}

BOOST_AUTO_TEST_CASE(a_chunk_ends_at_one_mebibyte) {
  std::string body;
  for (int i = 0; i < 40; ++i)
    body += std::string(60'000, 'x') + "\n";
  auto file = cut_pieces({header + "\n", body}, 1000);
  BOOST_TEST(file.rows.size() == 40);
  for (const auto& chunk : file.chunks)
    BOOST_TEST(chunk.bytes.size() <= 1024 * 1024 + max_row_bytes);
  BOOST_TEST(file.chunks.size() == 3);
}

BOOST_AUTO_TEST_SUITE_END()
