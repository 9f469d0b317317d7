#include <boost/test/unit_test.hpp>

#include <algorithm>

#include <rapidcheck.h>

#include "services/impl/mail_message.hpp"
#include "services/impl/mime.hpp"
#include "slips/printed_fields.hpp"

using namespace bankslip;
using namespace bankslip::services;

BOOST_AUTO_TEST_SUITE(mail_message_test)

namespace {

std::string sample(std::string_view name, std::string_view subject) {
  mail_message m;
  m.from = {"Boletos São João", "boletos@example.com"};
  m.to_name = name;
  m.to_address = "joao@example.com";
  m.subject = subject;
  m.text = "Olá\n";
  m.html = "<p>Olá</p>\n";
  auto id = message_id("8291");
  m.id = id;
  m.pdf = "%PDF-1.3 …";
  m.pdf_name = "boleto.pdf";
  std::string out;
  write_message(out, m);
  return out;
}

std::vector<std::string> head_lines(const std::string& message) {
  std::vector<std::string> lines;
  for (std::size_t at = 0;;) {
    auto end = message.find("\r\n", at);
    if (end == at || end == std::string::npos)
      return lines;
    lines.push_back(message.substr(at, end - at));
    at = end + 2;
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(no_name_or_subject_adds_a_header) {
  rc::check("the head keeps its lines, ASCII and short", [](const std::string& noise) {
    auto name = "J" + noise + "\r\nBcc: x@example.com";
    auto lines = head_lines(sample(name, name));
    for (auto& line : lines) {
      RC_ASSERT(line.size() <= 78u);
      RC_ASSERT(!line.starts_with("Bcc"));
      RC_ASSERT(
          std::all_of(line.begin(), line.end(), [](char c) { return c >= 0x20 && c < 0x7f; }));
    }
    RC_ASSERT(std::count_if(lines.begin(), lines.end(),
                            [](auto& l) { return l.starts_with("Subject: "); })
              == 1);
  });
}

BOOST_AUTO_TEST_CASE(every_line_of_a_message_ends_with_crlf_and_is_short) {
  auto m = sample("João", "Boleto");
  for (std::size_t at = 0; at < m.size();) {
    auto end = m.find('\n', at);
    BOOST_REQUIRE(end != std::string::npos);
    BOOST_TEST(m[end - 1] == '\r');
    BOOST_TEST(end - at <= 79);
    at = end + 1;
  }
}

BOOST_AUTO_TEST_CASE(the_message_id_depends_on_the_debt_alone) {
  BOOST_TEST(message_id("a") == message_id("a"));
  BOOST_TEST(message_id("a") != message_id("b"));
  BOOST_TEST(sample("x", "y").find("Message-ID: <" + message_id("8291") + "@example.com>")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(quoted_printable_keeps_text_and_length) {
  std::string out;
  append_quoted_printable(out, "a=b ção \nend ");
  BOOST_TEST(out == "a=3Db =C3=A7=C3=A3o=20\r\nend=20");
  out.clear();
  append_quoted_printable(out, std::string(200, 'x'));
  BOOST_TEST(out.find("\r\n") == 76u);
}

BOOST_AUTO_TEST_CASE(amounts_and_dates_are_written_as_in_brazil) {
  BOOST_TEST(slips::format_reais({123456}) == "R$ 1.234,56");
  BOOST_TEST(slips::format_reais({1}) == "R$ 0,01");
  BOOST_TEST(slips::format_reais({100000}) == "R$ 1.000,00");
  BOOST_TEST(slips::format_reais(domain::max_amount) == "R$ 99.999.999,99");
  BOOST_TEST(slips::format_day(*domain::parse_date("2026-02-09")) == "09/02/2026");
}

BOOST_AUTO_TEST_CASE(control_characters_become_spaces) {
  BOOST_TEST(slips::without_controls("a\r\nb\x7f\xC2\x85z") == "a  b  z");
  BOOST_TEST(slips::without_controls("São João") == "São João");
}

BOOST_AUTO_TEST_CASE(a_sender_is_an_address_with_or_without_a_name) {
  auto s = parse_sender("Boletos São João <b@example.com>");
  BOOST_REQUIRE(s);
  BOOST_TEST(s->name == "Boletos São João");
  BOOST_TEST(s->address == "b@example.com");
  BOOST_TEST(parse_sender("b@example.com")->domain_part() == "example.com");
  BOOST_TEST(!parse_sender("Boletos <b@example.com\r\nBcc: x@y.com>"));
  BOOST_TEST(!parse_sender("Boletos"));
}

BOOST_AUTO_TEST_CASE(the_date_is_written_as_rfc_5322_wants_it) {
  domain::utc_time t{*domain::parse_date("2026-11-25") + std::chrono::hours{3}};
  BOOST_TEST(format_mail_date(t) == "Wed, 25 Nov 2026 03:00:00 +0000");
}

BOOST_AUTO_TEST_SUITE_END()
