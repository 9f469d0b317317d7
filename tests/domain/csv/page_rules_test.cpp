#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <rapidjson/document.h>

#include "domain/csv/row_cutter.hpp"
#include "domain/error.hpp"

using namespace bankslip::domain;

BOOST_AUTO_TEST_SUITE(page_rules_test)

// The page looks at a file before it is sent, by rules of its own in web/csv. These files
// hold both to the same answers; tests/web/csv.test.mjs reads them too.
namespace {

std::string text_at(const rapidjson::Value& value, const char* name) {
  const auto found = value.FindMember(name);
  return found == value.MemberEnd() || found->value.IsNull()
             ? ""
             : std::string{found->value.GetString(), found->value.GetStringLength()};
}

std::string bytes_of(const rapidjson::Value& file) {
  if (!file.HasMember("hex"))
    return text_at(file, "file");
  const auto hex = text_at(file, "hex");
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return bytes;
}

/// The code of the first thing that is wrong with a row; empty for none.
std::string code_of_row(const csv_chunk& chunk, std::size_t i, const csv_dialect& dialect) {
  if (const auto fault = row_fault(chunk, i))
    return fault->code;
  std::string scratch;
  raw_debt raw;
  const auto& row = chunk.rows[i];
  if (const auto fault = split_row(std::string_view{chunk.bytes}.substr(row.begin, row.size),
                                   dialect, scratch, raw))
    return fault->code;
  debt d;
  const auto errors = validate(raw, d);
  return errors.empty() ? "" : errors.front().code;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_page_and_the_server_say_the_same_of_a_file) {
  std::ifstream in{SOURCE_DIR "/tests/data/files.json", std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  rapidjson::Document files;
  files.Parse(text.data(), text.size());
  BOOST_TEST_REQUIRE((files.IsArray() && files.Size() > 30u));
  for (const auto& file : files.GetArray()) {
    BOOST_TEST_CONTEXT(text_at(file, "name")) {
      const auto told = parse_text_encoding(text_at(file, "tell"));
      row_cutter cutter{1000, told.value_or(text_encoding::utf_8)};
      std::vector<csv_chunk> chunks;
      auto problem = cutter.push(bytes_of(file), chunks);
      if (!problem)
        problem = cutter.finish(chunks);
      if (file.HasMember("fault")) {
        BOOST_TEST(text_of(problem).find(text_at(file, "says")) != std::string::npos,
                   text_of(problem));
        continue;
      }
      BOOST_TEST_REQUIRE(!problem, text_of(problem));
      BOOST_TEST(std::string(1, cutter.dialect()->separator) == text_at(file, "separator"));
      const auto rows = file["rows"].GetArray();
      BOOST_TEST_REQUIRE(cutter.rows() == static_cast<std::int64_t>(rows.Size()));
      for (rapidjson::SizeType i = 0; i < rows.Size(); ++i)
        BOOST_TEST(code_of_row(chunks.front(), i, *cutter.dialect())
                       == (rows[i].IsNull() ? "" : rows[i].GetString()),
                   "row " << i << ": " << code_of_row(chunks.front(), i, *cutter.dialect()));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
