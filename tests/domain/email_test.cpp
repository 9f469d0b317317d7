#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

#include "domain/email.hpp"
#include "domain/validation.hpp"

using namespace bankslip::domain;

BOOST_AUTO_TEST_SUITE(email_test)

namespace {

std::string code(std::string_view text) {
  auto errors = validate_email(text);
  return errors.empty() ? "" : errors.at(0).code;
}

std::string message(std::string_view text) {
  auto errors = validate_email(text);
  return errors.empty() ? "" : errors.at(0).message;
}

} // namespace

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
       {"\"a b\"@b.co", "a@[127.0.0.1]", "Ana <a@b.co>", " a@b.co", "a@b.co ", "é@b.co"})
    BOOST_TEST(!is_email(text), text);
}

BOOST_AUTO_TEST_CASE(a_number_is_no_top_level_domain) {
  for (auto text :
       {"ana@127.0.0.1", "a@10.0.0.255", "a@example.123", "a@b.0", "a@1.2", "a@999.999.999.999",
        "a@mail.example.12345", "a@1.1.1.1", "a@x.00", "a@café.com.7"}) {
    BOOST_TEST(!is_email(text), text);
    BOOST_TEST(message(text).find("behind the @, not an IP address") != std::string::npos, text);
  }
  for (auto text : {"a@127.0.0.1a", "a@1.example", "a@123.456.com", "a@b.c1", "a@b.1c"})
    BOOST_TEST(is_email(text), text);
}

BOOST_AUTO_TEST_CASE(a_local_part_beyond_ascii_is_refused_with_that_reason) {
  for (auto text : {"joão@example.com", "é@b.co", "josé.silva@example.com.br", "用户@example.com",
                    "ana@müller@b.co", "conceição@café.com.br", "łukasz@example.pl", "ñ@example.es",
                    "a\u0301@example.com", "😀@example.com"}) {
    BOOST_TEST(!is_email(text), text);
    BOOST_TEST(code(text) == "email_syntax");
    bool other = std::string_view{text}.starts_with("ana");
    BOOST_TEST((message(text).find("only ASCII before the @") == std::string::npos) == other, text);
  }
}

BOOST_AUTO_TEST_CASE(an_internationalised_domain_is_taken_and_has_an_ascii_form) {
  for (auto& [text, ascii] : {std::pair{"ana@café.com.br", "ana@xn--caf-dma.com.br"},
                              {"ana@cafe\u0301.com.br", "ana@xn--caf-dma.com.br"},
                              {"ANA@CAFÉ.COM.BR", "ANA@xn--caf-dma.com.br"},
                              {"a@ação.com.br", "a@xn--ao-siap.com.br"},
                              {"a@bücher.example", "a@xn--bcher-kva.example"},
                              {"a@straße.de", "a@xn--strae-oqa.de"},
                              {"a@é.co", "a@xn--9ca.co"},
                              {"a@пример.рф", "a@xn--e1afmkfd.xn--p1ai"},
                              {"a@例え.jp", "a@xn--r8jz45g.jp"},
                              {"a@łódź.pl", "a@xn--d-uga0v4h.pl"},
                              {"a@mail.são-paulo.example", "a@mail.xn--so-paulo-rza.example"},
                              {"a@b.co", "a@b.co"},
                              {"A@B.Co", "A@B.Co"},
                              {"a@xn--caf-dma.com.br", "a@xn--caf-dma.com.br"}}) {
    BOOST_TEST(is_email(text), text);
    BOOST_TEST(ascii_email(text) == ascii);
    BOOST_TEST(is_email(ascii_email(text)), text);
    BOOST_TEST(ascii_email(ascii_email(text)) == ascii);
  }
  for (auto text : {"a@é", "a@.é.co", "a@é..co", "a@-é.co", "a@é-.co", "a@é .co", "a@\xff.co",
                    "a@é.co\r\nBcc: b@c.de", "a@😀.co", "a@é\u2044b.co", "a@\u2100.co",
                    "a@\u0301.co", "a@ab--é.co"})
    BOOST_TEST(!is_email(text), text);
  BOOST_TEST(!is_email(std::string{"a@é\0.co", 8}));
  BOOST_TEST(!is_email("a@" + std::string(60, 'b') + "é.co"));
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
