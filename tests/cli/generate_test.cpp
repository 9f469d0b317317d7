#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "cli/generate_command.hpp"
#include "domain/csv/row_cutter.hpp"
#include "domain/validation.hpp"

using namespace bankslip;
using namespace bankslip::cli;

BOOST_AUTO_TEST_SUITE(generate_test)

namespace {

generate_options options(std::int64_t rows, std::uint64_t seed = 1) {
  generate_options out;
  out.rows = rows;
  out.seed = seed;
  return out;
}

std::vector<std::string> lines(const generate_options& o) {
  const row_generator generator{o};
  std::vector<std::string> out;
  for (std::int64_t i = 0; i < o.rows; ++i) {
    std::string line;
    generator.append_row(line, i);
    BOOST_REQUIRE(line.ends_with("\n"));
    out.push_back(line.substr(0, line.size() - 1));
  }
  return out;
}

std::string last_field(const std::string& line) { return line.substr(line.rfind(',') + 1); }

} // namespace

BOOST_AUTO_TEST_CASE(every_row_is_a_valid_debt) {
  const row_generator generator{options(0, 42)};
  std::string file;
  row_generator::append_header(file);
  constexpr std::int64_t rows = 50'000;
  for (std::int64_t i = 0; i < rows; ++i)
    generator.append_row(file, i);

  domain::row_cutter cutter{1000};
  std::vector<domain::csv_chunk> chunks;
  BOOST_REQUIRE(!cutter.push(file, chunks));
  BOOST_REQUIRE(!cutter.finish(chunks));
  BOOST_TEST(cutter.rows() == rows);
  std::int64_t with_cents = 0;
  std::int64_t with_zero = 0;
  std::set<std::string> ids;
  for (const auto& chunk : chunks)
    for (const auto& row : chunk.rows) {
      domain::raw_debt raw;
      domain::debt debt;
      std::string scratch;
      const std::string_view text{chunk.bytes.data() + row.begin, row.size};
      BOOST_REQUIRE(!domain::split_row(text, *cutter.dialect(), scratch, raw));
      BOOST_REQUIRE_MESSAGE(domain::validate(raw, debt).empty(), "not valid: " << text);
      BOOST_REQUIRE_EQUAL(debt.government_id.size(), 11u);
      BOOST_REQUIRE_EQUAL(debt.debt_id.size(), 36u);
      with_cents += debt.amount.cents % 100 != 0;
      with_zero += debt.government_id.front() == '0';
      ids.insert(debt.debt_id);
    }
  BOOST_TEST(ids.size() == static_cast<std::size_t>(rows));
  BOOST_TEST((with_cents > rows / 4 && with_cents < rows / 2));
  BOOST_TEST((with_zero > rows / 20 && with_zero < rows / 5));
  const auto bytes = static_cast<double>(file.size()) / rows;
  BOOST_TEST((bytes > 105 && bytes < 120));
}

BOOST_AUTO_TEST_CASE(a_seed_gives_the_same_file_and_another_seed_other_ids) {
  const auto once = lines(options(2000, 7));
  BOOST_TEST((once == lines(options(2000, 7))));
  std::set<std::string> ids;
  for (const auto& line : once)
    ids.insert(last_field(line));
  for (const std::uint64_t seed : {0u, 6u, 8u})
    for (const auto& line : lines(options(2000, seed)))
      BOOST_REQUIRE(ids.insert(last_field(line)).second);
}

// The benchmark's figures hold for this file only.
BOOST_AUTO_TEST_CASE(the_rows_of_a_seed_never_change) {
  BOOST_TEST(lines(options(1))[0]
             == "Larissa Rocha,18882315487,l.rocha0@example.net,7121,2025-05-10,"
                "d300120a-5ea3-4cac-8ce9-61e0412216d8");
}

BOOST_AUTO_TEST_CASE(a_start_id_continues_the_series) {
  auto later = options(10);
  later.start_id = 5;
  const auto all = lines(options(15));
  BOOST_TEST((lines(later) == std::vector<std::string>(all.begin() + 5, all.end())));
}

BOOST_AUTO_TEST_CASE(duplicates_repeat_earlier_rows_all_over_the_file) {
  for (const int percent : {1, 20, 99}) {
    auto o = options(10'000);
    o.duplicates_percent = percent;
    const auto file = lines(o);
    std::set<std::string> seen;
    std::vector<std::int64_t> repeated_by_tenth(10);
    for (std::size_t i = 0; i < file.size(); ++i)
      repeated_by_tenth[i / 1000] += !seen.insert(file[i]).second;
    BOOST_TEST(seen.size() == static_cast<std::size_t>(10'000 - percent * 100));
    for (const auto n : repeated_by_tenth)
      BOOST_TEST(n == percent * 10);
  }
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_written_is_an_error) {
  auto o = options(1);
  o.out = "/nonexistent/folder/file.csv";
  BOOST_TEST(run_generate(o) == 1);
  o.out = "/dev/full";
  BOOST_TEST(run_generate(o) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
