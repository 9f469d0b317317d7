#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>

#include <rapidcheck.h>

#include "domain/text/utf8.hpp"
#include "domain/validation.hpp"

using namespace bankslip::domain;

BOOST_AUTO_TEST_SUITE(utf8_test)

namespace {

using pieces = std::vector<std::string>;

const pieces good = {"a",
                     "Silva e Souza 123",
                     "~",
                     "\x7F",
                     "é",
                     "ã",
                     "\xE2\x82\xAC",
                     "\xF0\x9F\x98\x80",
                     "\xED\x9F\xBF",
                     "\xF4\x8F\xBF\xBF"};
const pieces bad = {std::string(1, '\0'), "\x80", "\xC3", "\xC0\xAF",         "\xE2\x82",
                    "\xED\xA0\x80",       "\xFF", "\xF5", "\xF4\x90\x80\x80", "\xF0\x8F\xBF\xBF"};

/// By the lead bytes alone: right for text that is valid.
std::size_t lead_bytes(const std::string& text) {
  std::size_t n = 0;
  for (auto c : text)
    n += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return n;
}

std::string drawn(const pieces& from) {
  std::string text;
  for (const auto& piece : *rc::gen::container<pieces>(rc::gen::elementOf(from)))
    text += piece;
  return text;
}

} // namespace

BOOST_AUTO_TEST_CASE(characters_of_valid_text_are_counted) {
  auto holds = rc::check([] {
    auto text = drawn(good);
    RC_ASSERT(count_characters(text) == lead_bytes(text));
  });
  BOOST_TEST(holds);
}

BOOST_AUTO_TEST_CASE(one_bad_piece_anywhere_spoils_the_text) {
  auto holds = rc::check([] {
    // What follows must not complete what is cut off.
    auto text = drawn(good) + *rc::gen::elementOf(bad) + "." + drawn(good);
    RC_ASSERT(!count_characters(text));
  });
  BOOST_TEST(holds);
}

BOOST_AUTO_TEST_CASE(every_place_around_a_word_of_eight_bytes_is_seen) {
  for (std::size_t before = 0; before < 20; ++before)
    for (std::size_t after = 0; after < 20; ++after) {
      std::string left(before, 'x');
      std::string right(after, 'x');
      BOOST_TEST((count_characters(left + "é" + right) == before + after + 1));
      BOOST_TEST((count_characters(left + "é" + right + "é") == before + after + 2));
      for (const auto& piece : bad)
        BOOST_TEST(!is_clean_utf8(left + "é" + right + piece + "."));
    }
  BOOST_TEST((count_characters("") == 0u));
}

BOOST_AUTO_TEST_SUITE_END()
