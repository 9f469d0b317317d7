#include <string>

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include "domain/error.hpp"
#include "kafka/kafka.hpp"

using namespace bankslip;

BOOST_AUTO_TEST_SUITE(json_codec_property_test)

namespace {

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xc0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xe0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (c & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3f));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (c & 0x3f));
  }
}

/// Any character but controls and surrogates; the troublesome ones often.
rc::Gen<char32_t> any_character() {
  return rc::gen::oneOf(rc::gen::element<char32_t>(U'"', U'\\', U'/', U' ', 0xa0),
                        rc::gen::inRange<char32_t>(0x20, 0x7f),
                        rc::gen::inRange<char32_t>(0xa0, 0xd800),
                        rc::gen::inRange<char32_t>(0xe000, 0x110000));
}

std::string text_of_length(int least, int most) {
  auto n = *rc::gen::inRange(least, most + 1);
  std::string out;
  for (int i = 0; i < n; ++i)
    append_utf8(out, *any_character());
  return out;
}

std::string word(const std::string& letters, int most) {
  auto n = static_cast<std::size_t>(*rc::gen::inRange(1, most + 1));
  return *rc::gen::container<std::string>(n, rc::gen::elementOf(letters));
}

domain::debt any_debt() {
  auto first = std::chrono::sys_days{std::chrono::year{2000} / 7 / 3};
  auto last = std::chrono::sys_days{std::chrono::year{2049} / 10 / 13};
  domain::debt d;
  // Blanks at the ends would be no part of it.
  d.name = "n" + text_of_length(0, 253) + "e";
  d.government_id = "1" + text_of_length(0, 18) + "9";
  d.email = word("abcxyz019", 20) + "@" + word("abc9", 10) + ".com";
  d.amount = {*rc::gen::inRange<std::int64_t>(1, domain::max_amount.cents + 1)};
  d.due_date =
      first + std::chrono::days{*rc::gen::inRange<std::int64_t>(0, (last - first).count() + 1)};
  d.debt_id = "d" + word("abcdefXYZ0123456789-_.~!\"\\'{}[]:,", 127);
  return d;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_debt_comes_back_as_it_went) {
  auto codec = kafka::make_json_codec();
  BOOST_TEST(rc::check("decode is the inverse of encode", [&] {
    auto d = any_debt();
    std::string json;
    codec->encode(d, json);
    domain::debt back;
    auto error = codec->decode(json, back);
    RC_ASSERT(domain::text_of(error) == "no error");
    RC_ASSERT(back == d);
  }));
}

BOOST_AUTO_TEST_CASE(a_changed_byte_is_refused_or_read_as_a_debt_within_the_limits) {
  auto codec = kafka::make_json_codec();
  BOOST_TEST(rc::check("one changed byte never breaks the codec", [&] {
    auto d = any_debt();
    std::string json;
    codec->encode(d, json);
    auto at = *rc::gen::inRange<std::size_t>(0, json.size());
    json[at] = *rc::gen::arbitrary<char>();
    domain::debt read;
    if (auto error = codec->decode(json, read)) {
      RC_ASSERT(domain::code_of(error) == domain::errc::invalid_input);
      return;
    }
    std::string again;
    codec->encode(read, again);
    domain::debt twice;
    RC_ASSERT(!codec->decode(again, twice));
    RC_ASSERT(twice == read);
  }));
}

BOOST_AUTO_TEST_CASE(a_message_means_the_same_with_a_space_before_it) {
  auto codec = kafka::make_json_codec();
  // A space is enough for the parser to be asked instead of the short way.
  BOOST_TEST(rc::check("both ways read the same", [&] {
    auto d = any_debt();
    if (*rc::gen::inRange(0, 2) == 0)
      d.name = "Ana da Silva";
    std::string json;
    codec->encode(d, json);
    auto at = *rc::gen::inRange<std::size_t>(0, json.size());
    auto piece = *rc::gen::element<std::string>("", "\"", "\\", ",", "0", "1", ".", "-", "e", "\n",
                                                "\xff", "é", " ", "}", "{", std::string(1, '\0'));
    json.replace(at, *rc::gen::inRange<std::size_t>(0, 3), piece);
    domain::debt first;
    domain::debt second;
    auto error = codec->decode(json, first);
    auto other = codec->decode(" " + json, second);
    RC_ASSERT(!error == !other);
    RC_ASSERT(error || first == second);
  }));
}

BOOST_AUTO_TEST_CASE(any_bytes_are_refused_and_nothing_else) {
  auto codec = kafka::make_json_codec();
  BOOST_TEST(rc::check("rubbish is invalid input", [&] {
    auto bytes = *rc::gen::container<std::string>(
        rc::gen::oneOf(rc::gen::elementOf(std::string{"{}[]\",:\\0123456789.eE+-tfn \n"}),
                       rc::gen::arbitrary<char>()));
    domain::debt d;
    RC_ASSERT(domain::code_of(codec->decode(bytes, d)) == domain::errc::invalid_input);
  }));
}

BOOST_AUTO_TEST_SUITE_END()
