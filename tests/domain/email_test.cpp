#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

#include "domain/validation.hpp"

using namespace bankslip::domain;

namespace {

std::string code(std::string_view text) {
  auto errors = validate_email(text);
  return errors.empty() ? "" : errors.at(0).code;
}

} // namespace

BOOST_AUTO_TEST_SUITE(email_test)

BOOST_AUTO_TEST_CASE(usual_addresses_are_taken) {
  for (auto text : {"a@b.co", "janet95@example.com", "first.last+tag@mail.example.org",
                    "o'neil_x=1@sub-domain.example.com.br", "!#$%&'*+-/=?^_`{|}~@example.com",
                    "A@B.C", "1@2.example", "x@xn--bcher-kva.example", "a@1-2--3.com"})
    BOOST_TEST(is_email(text), text);
}

BOOST_AUTO_TEST_CASE(dots_stand_between_atoms_only) {
  for (auto text :
       {".a@b.co", "a.@b.co", "a..b@b.co", "a@.b.co", "a@b.co.", "a@b..co", "a@.", ".@b.co"})
    BOOST_TEST(!is_email(text), text);
}

BOOST_AUTO_TEST_CASE(an_address_needs_both_parts_and_a_dot_in_the_domain) {
  for (auto text : {"", "@", "a", "a@", "@b.co", "a@b", "a@@b.co", "a@b@c.co", "a.b.co"})
    BOOST_TEST(!is_email(text), text);
}

BOOST_AUTO_TEST_CASE(hyphens_do_not_stand_at_the_ends_of_a_label) {
  for (auto text : {"a@-b.co", "a@b-.co", "a@b.-co", "a@b.co-", "a@b.-", "a@-.co"})
    BOOST_TEST(!is_email(text), text);
}

BOOST_AUTO_TEST_CASE(nothing_that_could_break_a_message_header_is_taken) {
  const std::string usual = "somebody@example.com";
  BOOST_TEST(is_email(usual));
  for (int c = 0; c < 256; ++c) {
    bool harmless =
        c > ' ' && c < 0x7F
        && std::string_view{"\"(),:;<>@[\\]"}.find(static_cast<char>(c)) == std::string_view::npos;
    auto text = usual;
    text[3] = static_cast<char>(c);
    BOOST_TEST(is_email(text) == harmless, "in the local part: byte " << c);
    bool letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    text = usual;
    text[12] = static_cast<char>(c);
    BOOST_TEST(is_email(text) == (letter || c == '-' || c == '.'), "in the domain: byte " << c);
  }
  BOOST_TEST(!is_email("a@b.co\r\nBcc: c@d.co"));
  BOOST_TEST(!is_email("a@b.co\n"));
}

BOOST_AUTO_TEST_CASE(quoted_local_parts_and_address_literals_are_not_taken) {
  for (auto text :
       {"\"a b\"@b.co", "a@[127.0.0.1]", "Ana <a@b.co>", " a@b.co", "a@b.co ", "é@b.co", "a@é.co"})
    BOOST_TEST(!is_email(text), text);
}

BOOST_AUTO_TEST_CASE(parts_have_their_longest_lengths) {
  BOOST_TEST(is_email(std::string(64, 'a') + "@b.co"));
  BOOST_TEST(!is_email(std::string(65, 'a') + "@b.co"));
  BOOST_TEST(is_email("a@" + std::string(63, 'b') + ".co"));
  BOOST_TEST(!is_email("a@" + std::string(64, 'b') + ".co"));
  BOOST_TEST(!is_email("a@b." + std::string(64, 'b')));
  std::string longest = "a@";
  while (longest.size() < 252)
    longest += "bcdefghi.j";
  longest.resize(252, 'x');
  longest += "zz";
  BOOST_TEST(longest.size() == 254);
  BOOST_TEST(is_email(longest), longest);
  BOOST_TEST(!is_email(longest + "z"));
  BOOST_TEST(code(longest + "z") == "too_long");
}

BOOST_AUTO_TEST_CASE(a_single_address_is_refused_with_the_codes_of_a_whole_debt) {
  BOOST_TEST(code("a@b.co") == "");
  BOOST_TEST(code("") == "required");
  BOOST_TEST(code("a@b") == "email_syntax");
  BOOST_TEST(validate_email("a@b").at(0).field == "email");
}

BOOST_AUTO_TEST_SUITE_END()
