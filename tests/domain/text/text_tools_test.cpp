#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include <rapidcheck.h>

#include "domain/text/ascii.hpp"
#include "domain/text/hex.hpp"
#include "domain/text/json_text.hpp"
#include "domain/text/utf8.hpp"

using namespace bankslip::domain;

BOOST_AUTO_TEST_SUITE(text_tools_test)

namespace {

std::string escaped(std::string_view text) {
  std::string out;
  append_json_text(out, text);
  return out;
}

/// A byte at a time, as the rule is written (RFC 8259, section 7).
std::string escaped_slowly(const std::string& text) {
  std::string out;
  for (auto c : text) {
    auto named = std::string_view{"\b\t\n\f\r\"\\"}.find(c);
    if (named != std::string_view::npos)
      out.append({'\\', "btnfr\"\\"[named]});
    else if (static_cast<unsigned char>(c) < 0x20)
      out.append("\\u00").append(to_hex(std::string_view{&c, 1}));
    else
      out.push_back(c);
  }
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(only_what_json_forbids_is_escaped_wherever_it_stands) {
  for (int special = 0; special < 256; ++special)
    for (std::size_t before = 0; before < 17; ++before) {
      auto text = std::string(before, 'x') + static_cast<char>(special) + "tail";
      BOOST_TEST(escaped(text) == escaped_slowly(text));
    }
  BOOST_TEST(
      rc::check([](const std::string& text) { return escaped(text) == escaped_slowly(text); }));
  std::string quoted;
  append_json_string(quoted, "José \"x\"");
  BOOST_TEST(quoted == R"("José \"x\"")");
}

BOOST_AUTO_TEST_CASE(characters_are_read_one_by_one) {
  struct row {
    std::string text;
    std::vector<char32_t> characters;
  };
  const char32_t bad = replacement_character;
  const std::vector<row> table = {
      {"az", {'a', 'z'}},
      {"\x7F", {0x7F}},
      {"é", {0xE9}},
      {"€", {0x20AC}},
      {"\xF0\x9F\x98\x80", {0x1F600}},
      {"\xEF\xBF\xBD", {bad}},
      {"\xC3", {bad}},
      {"\xC3x", {bad, 'x'}},
      {"\x80é", {bad, 0xE9}},
      {"\xE2\x82", {bad, bad}},
      {"\xC0\xAF", {bad, bad}},
      {"\xED\xA0\x80", {bad, bad, bad}},
      {"\xF4\x90\x80\x80", {bad, bad, bad, bad}},
      {"\xF4\x8F\xBF\xBF", {0x10FFFF}},
      {std::string(1, '\0'), {0}},
  };
  for (const auto& [text, characters] : table) {
    std::vector<char32_t> read;
    for (std::size_t pos = 0; pos < text.size();)
      read.push_back(next_character(text, pos));
    BOOST_TEST((read == characters), to_hex(text));
  }
}

BOOST_AUTO_TEST_CASE(a_cut_never_divides_a_character) {
  BOOST_TEST(whole_characters("abc", 5) == "abc");
  BOOST_TEST(whole_characters("abc", 2) == "ab");
  BOOST_TEST(whole_characters("aéz", 2) == "a");
  BOOST_TEST(whole_characters("aéz", 3) == "aé");
  BOOST_TEST(whole_characters("€€", 5) == "€");
  BOOST_TEST(whole_characters("€€", 2) == "");
  BOOST_TEST(whole_characters("\xF0\x9F\x98\x80", 3) == "");
  // No character at all: it may be cut anywhere, and the caller gets on.
  BOOST_TEST(whole_characters("\x80\x80\x80\x80\x80\x80", 5).size() == 5u);
  BOOST_TEST(rc::check([](const std::string& raw, std::uint8_t most) {
    auto text = clean_utf8(raw);
    auto cut = whole_characters(text, most);
    return is_clean_utf8(cut) && cut.size() <= most
           && (cut.size() == text.size() || cut.size() + 4 > most);
  }));
}

BOOST_AUTO_TEST_CASE(hex_goes_both_ways) {
  BOOST_TEST(to_hex("") == "");
  BOOST_TEST(to_hex(std::string_view{"\0\x0f\xf0\xff", 4}) == "000ff0ff");
  std::string values;
  for (int c = 0; c < 256; ++c)
    if (auto v = hex_value(static_cast<char>(c)); v >= 0)
      values += hex_digits[static_cast<std::size_t>(v)];
  BOOST_TEST(values == "0123456789abcdefabcdef");
}

BOOST_AUTO_TEST_CASE(blanks_at_the_ends_are_trimmed) {
  for (auto text : {"x y", " x y", "x y ", "\tx y\t", " \t x y \t "})
    BOOST_TEST(trimmed(text) == "x y");
  for (auto text : {"", " ", "\t \t"})
    BOOST_TEST(trimmed(text) == "");
  BOOST_TEST(trimmed("\nx\n") == "\nx\n");
  BOOST_TEST(trimmed(" \r\nx\n", " \r\n") == "x");
}

BOOST_AUTO_TEST_SUITE_END()
