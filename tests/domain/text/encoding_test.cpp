#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

#include "domain/text/encoding.hpp"
#include "domain/text/utf8.hpp"
#include "tests/domain/csv/csv_cutting.hpp"

using namespace bankslip;
using namespace bankslip::domain;

BOOST_AUTO_TEST_SUITE(encoding_test)

namespace {

/// Reads `bytes` in pieces of `size`.
std::string read(std::string_view bytes, std::size_t size,
                 text_encoding told = text_encoding::utf_8) {
  utf8_reader reader{told};
  std::string out;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(size, bytes.size())))
    out += reader.push(bytes.substr(0, size));
  return out += reader.finish();
}

std::string utf16(std::string_view text, bool big) {
  std::string out;
  auto unit = [&](unsigned c) {
    const char high = static_cast<char>(c >> 8);
    const char low = static_cast<char>(c & 0xFF);
    out.append({big ? high : low, big ? low : high});
  };
  for (std::size_t pos = 0; pos < text.size();) {
    auto c = next_character(text, pos);
    if (c < 0x10000) {
      unit(c);
    } else {
      unit(0xD800 + ((c - 0x10000) >> 10));
      unit(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
  }
  return out;
}

const std::string little_mark = "\xFF\xFE";
const std::string big_mark = "\xFE\xFF";

} // namespace

BOOST_AUTO_TEST_CASE(every_encoding_cut_anywhere_gives_the_same_text) {
  const std::string text = "José Łukasz 漢 😀\r\nx;\"y\"";
  const std::string latin = "Jos\xE9 \xC3\xA7 \x80";
  for (std::size_t size = 1; size < 12; ++size) {
    BOOST_TEST(read(text, size) == text);
    BOOST_TEST(read("\xEF\xBB\xBF" + text, size) == text);
    BOOST_TEST(read(little_mark + utf16(text, false), size) == text);
    BOOST_TEST(read(big_mark + utf16(text, true), size) == text);
    BOOST_TEST(read(utf16(text, false), size, text_encoding::utf_16le) == text);
    BOOST_TEST(read(utf16(text, true), size, text_encoding::utf_16be) == text);
    BOOST_TEST(read(latin, size, text_encoding::windows_1252) == "José Ã§ €");
    BOOST_TEST(read(latin, size, text_encoding::iso_8859_1) == "José Ã§ \xC2\x80");
    // A mark says more than what was told.
    BOOST_TEST(read("\xEF\xBB\xBFé", size, text_encoding::windows_1252) == "é");
    BOOST_TEST(read(big_mark + utf16("é", true), size, text_encoding::utf_16le) == "é");
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_character_spoils_only_its_place) {
  auto text = little_mark + utf16("a", false) + std::string{"\x00\xD8", 2} + utf16("b", false)
              + std::string{"\x00\xDC", 2} + utf16("c", false) + "x";
  for (std::size_t size = 1; size < 12; ++size) {
    BOOST_TEST(read(text, size)
               == "a\xFF"
                  "b\xFF"
                  "c\xFF");
    BOOST_TEST(read("a\x81"
                    "b",
                    size, text_encoding::windows_1252)
               == "a\xFF"
                  "b");
    BOOST_TEST(read("", size) == "");
    BOOST_TEST(read("\xEF", size) == "\xEF");
    BOOST_TEST(read("\xEF\xBB", size) == "\xEF\xBB");
    BOOST_TEST(read("\xEF\xBB\xBF", size) == "");
    BOOST_TEST(read(little_mark, size) == "");
  }
}

BOOST_AUTO_TEST_CASE(names_of_encodings_are_known_in_either_case) {
  for (auto [name, means] : {std::pair{"utf-8", text_encoding::utf_8},
                             {"UTF-8", text_encoding::utf_8},
                             {"windows-1252", text_encoding::windows_1252},
                             {"Windows-1252", text_encoding::windows_1252},
                             {"CP1252", text_encoding::windows_1252},
                             {"iso-8859-1", text_encoding::iso_8859_1},
                             {"ISO-8859-1", text_encoding::iso_8859_1},
                             {"latin1", text_encoding::iso_8859_1},
                             {"utf-16le", text_encoding::utf_16le},
                             {"UTF-16BE", text_encoding::utf_16be}})
    BOOST_TEST((parse_text_encoding(name) == means), name);
  for (auto name : {"", "utf", "utf-7", "ascii", "windows-1252 ", "iso-8859-15", "utf-16"})
    BOOST_TEST(!parse_text_encoding(name), name);
}

BOOST_AUTO_TEST_CASE(a_file_in_any_encoding_has_the_same_rows) {
  const std::string file = "name\tgovernmentId\temail\tdebtAmount\tdebtDueDate\tdebtId\r\n"
                           "José\t1\ta@b.co\t10,50\t2026-01-01\td1\r\n\t\t\t\t\t\r\n"
                           "Ana Ção\t2\ta@b.co\t1\t2026-01-01\td2\r\n";
  const auto expected = tests::cut_pieces({file});
  BOOST_TEST_REQUIRE(!expected.error, text_of(expected.error));
  BOOST_TEST_REQUIRE(expected.rows.size() == 2u);
  const auto little = little_mark + utf16(file, false);
  const auto big = big_mark + utf16(file, true);
  for (std::size_t size = 1; size < 9; ++size)
    for (std::string_view bytes : {std::string_view{little}, std::string_view{big}}) {
      std::vector<std::string_view> pieces;
      for (std::size_t at = 0; at < bytes.size(); at += size)
        pieces.push_back(bytes.substr(at, size));
      auto cut = tests::cut_pieces(pieces);
      BOOST_TEST_REQUIRE(!cut.error, text_of(cut.error));
      BOOST_TEST((cut.rows == expected.rows));
    }
}

BOOST_AUTO_TEST_SUITE_END()
