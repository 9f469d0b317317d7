#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

#include "tests/domain/csv/csv_cutting.hpp"

using namespace bankslip;
using namespace bankslip::domain;
using namespace bankslip::tests;

BOOST_AUTO_TEST_SUITE(limits_test)

namespace {

const std::string header = "name,governmentId,email,debtAmount,debtDueDate,debtId\n";

std::string code_of_fault(const cut_file& file, std::size_t row) {
  auto fault = row_fault(file.chunks.at(0), row);
  return fault ? fault->code : "";
}

} // namespace

BOOST_AUTO_TEST_CASE(a_row_of_64_kib_is_taken_and_one_byte_more_is_a_bad_row) {
  for (std::string end : {"\n", "\r\n", ""}) {
    std::string longest(max_row_bytes, 'x');
    auto good = cut_pieces({header, "a\n", longest, end}, 10);
    BOOST_TEST_REQUIRE(good.rows.size() == 2);
    BOOST_TEST(good.rows[1].bytes.size() == max_row_bytes);
    auto bad = cut_pieces({header, "a\n", longest, "x", end, end.empty() ? "" : "b\n"}, 10);
    BOOST_TEST(code_of_fault(bad, 0) == "");
    BOOST_TEST(code_of_fault(bad, 1) == "row_too_long");
    if (!end.empty())
      BOOST_TEST(bad.rows.at(2).bytes == "b");
  }
}

BOOST_AUTO_TEST_CASE(quotes_of_a_row_that_is_too_long_still_count) {
  std::string inside = "\"" + std::string(100'000, 'x') + "\n\n" + std::string(100'000, 'y') + "\"";
  auto file = cut_pieces({header, inside, ",b\nc,d\n"}, 10);
  BOOST_TEST_REQUIRE(file.rows.size() == 2);
  BOOST_TEST(file.rows[0].too_long);
  BOOST_TEST(file.rows[1].bytes == "c,d");
}

BOOST_AUTO_TEST_CASE(a_quote_never_closed_makes_the_last_row_bad_and_says_where) {
  std::vector<csv_chunk> chunks;
  row_cutter cutter{2};
  BOOST_TEST(!cutter.push(header + "a\nb\nc\nd,\"e\nf\n", chunks));
  std::string block(1 << 20, 'x');
  block.back() = '\n';
  for (int i = 0; i < 50; ++i)
    BOOST_TEST_REQUIRE(!cutter.push(block, chunks));
  BOOST_TEST(!cutter.finish(chunks));
  BOOST_TEST(cutter.rows() == 4);
  BOOST_TEST_REQUIRE(chunks.size() == 2);
  BOOST_TEST(chunks[1].bytes.capacity() < 4 * max_row_bytes);
  auto fault = row_fault(chunks[1], 1);
  BOOST_TEST_REQUIRE(fault.has_value());
  BOOST_TEST(fault->code == "unclosed_quote");
  BOOST_TEST(fault->message == "quote never closed (opened in data row 3)");
}

BOOST_AUTO_TEST_CASE(a_header_over_64_kib_is_an_error_before_its_end_is_seen) {
  std::vector<csv_chunk> chunks;
  row_cutter cutter{10};
  auto error = cutter.push(header.substr(0, header.size() - 1) + std::string(70'000, ','), chunks);
  BOOST_TEST(text_of(error) == "invalid input: the header line is longer than 65536 bytes");
}

BOOST_AUTO_TEST_CASE(a_wrong_header_stops_the_file_for_good) {
  std::vector<csv_chunk> chunks;
  row_cutter cutter{1};
  BOOST_TEST(!cutter.push("email,debtId,name\na,b,c\n", chunks));
  auto text = text_of(cutter.finish(chunks));
  BOOST_TEST(text.starts_with("invalid input: the header line lacks the columns: "
                              "governmentId, debtAmount, debtDueDate; "));
  BOOST_TEST(text_of(cutter.push("a,b,c\n", chunks)) == text);
  BOOST_TEST(text_of(cutter.finish(chunks)) == text);
  BOOST_TEST(chunks.empty());
  BOOST_TEST(!cutter.dialect());
}

BOOST_AUTO_TEST_CASE(a_header_is_not_looked_for_in_the_whole_file) {
  std::vector<csv_chunk> chunks;
  row_cutter cutter{1};
  std::string lines;
  for (int i = 0; i < 30; ++i)
    lines += "no header\n";
  BOOST_TEST(text_of(cutter.push(lines, chunks)).find("may be a title") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(title_lines_above_the_header_are_refused_and_named) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"Relatório\n", "1 title line, the first of them \"Relatório\""},
      {"Relatório;;;;;\r\n", "1 title line"},
      {"\n\nRelatório\n\n", "1 title line"},
      {"Débitos\n2026-01-01\n", "2 title lines, the first of them \"Débitos\""},
      {"a,b,c,d,e,f\n", "1 title line"},
      {"\"quoted, title\"\n", "1 title line"},
      {"sep=,\nRelatório\n", "1 title line"},
      {"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n", "10 title lines, the first of them \"1\""},
      {"Relatório\r", "1 title line"},
      {"\xEF\xBB\xBFRelatório\r\r\n", "1 title line"},
      {"a \"b\" c\n", "1 title line"},
  };
  for (const auto& [above, told] : table) {
    auto text = text_of(cut_pieces({above, header, "a,b\n"}).error);
    BOOST_TEST(text.find(told) != std::string::npos, text);
    BOOST_TEST(text.find("remove what stands above it") != std::string::npos, text);
  }
}

BOOST_AUTO_TEST_CASE(a_file_without_a_header_is_empty) {
  for (std::string bytes : {"", "\n", "\r\n\n", "\xEF\xBB\xBF", "\xEF\xBB\xBF\r\n"})
    BOOST_TEST(text_of(cut_pieces({bytes}).error) == "invalid input: the file is empty");
}

BOOST_AUTO_TEST_CASE(half_a_byte_order_mark_is_data) {
  for (std::string bytes : {"\xEF", "\xEF\xBB", "\xEF\xBBname\n"})
    BOOST_TEST(text_of(cut_pieces({bytes}).error)
                   .starts_with("invalid input: the header line lacks the columns: "
                                "name, governmentId, email, debtAmount, debtDueDate, debtId; "));
}

BOOST_AUTO_TEST_CASE(a_header_alone_is_a_file_without_rows) {
  auto file = cut_pieces({header});
  BOOST_TEST(!file.error);
  BOOST_TEST(file.chunks.empty());
}

BOOST_AUTO_TEST_SUITE_END()
