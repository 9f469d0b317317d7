#include "domain/boleto/pix.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include "domain/boleto/pix_tags.hpp"
#include "domain/error.hpp"
#include "domain/text/ascii.hpp"

using namespace bankslip::domain;

BOOST_AUTO_TEST_SUITE(pix_test)

namespace {

const std::string px1 =
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913"
    "Fulano de Tal6008BRASILIA62070503***63041D3D";
const std::string px2 =
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913"
    "Fulano de Tal6008BRASÍLIA62070503***6304B4F6";
const std::string px3 = "00020126360014br.gov.bcb.pix0114arya@stark.com5204000053039865406125."
                        "005802BR5925Arya Stark with "
                        "a very lo6015Pindamonhangaba62290525verylongreconciliationidt630405B7";
const std::string px4 =
    "00020126950014br.gov.bcb.pix01364004901d-bd85-4769-8e52-cb4c42c506dc0221Jornada pagador "
    "851760308999990085204000053039865406582."
    "055802BR5903Pix6008BRASILIA6229052587ea69f3ce744ce19d907"
    "87f16304A76D";
const std::string px5 = "00020126510014br.gov.bcb.pix0115thalesog@me.com0210Pedido "
                        "123520400005303986540510.005802BR5914"
                        "THALES OGLIARI6015SAO MIGUEL DO O62070503***63040DC6";
const std::string px6 =
    "00020126510014br.gov.bcb.pix0115thalesog@me.com0210Pedido 1235204000053039865802BR5914THALES "
    "OGLIARI6015SAO MIGUEL DO O62070503***630462CA";

std::string sealed(std::string body) {
  body += "6304";
  return body + pix::crc_text(body);
}

std::string with_amount(const std::string& text) {
  auto size = std::to_string(text.size());
  return sealed("00020126360014br.gov.bcb.pix0114arya@stark.com52040000530398654"
                + std::string(2 - size.size(), '0') + size + text
                + "5802BR5904Arya6006Recife62070503***");
}

std::string with_account(const std::string& parts) {
  auto size = std::to_string(18 + parts.size());
  return sealed("00020126" + size + "0014br.gov.bcb.pix" + parts
                + "5204000053039865802BR5904Arya6006Recife62070503***");
}

std::string errors_of(const std::string& code) {
  std::string all;
  for (auto& e : read_pix(code).errors)
    all += e + "\n";
  return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_crc_has_its_published_check_values) {
  BOOST_TEST(crc16("123456789") == 0x29b1);
  BOOST_TEST(crc16("") == 0xffff);
}

BOOST_AUTO_TEST_CASE(published_codes_are_read) {
  for (auto& code : {px1, px2, px3, px4, px5, px6})
    BOOST_TEST_CONTEXT(code) BOOST_TEST(errors_of(code) == "");
  auto one = read_pix(px1);
  BOOST_TEST(one.key == "123e4567-e12b-12d1-a456-426655440000");
  BOOST_TEST(one.name == "Fulano de Tal");
  BOOST_TEST(one.txid == "");
  BOOST_TEST(!one.amount);
  BOOST_TEST(!one.dynamic);
  BOOST_TEST(read_pix(px2).city == "BRASÍLIA");
  auto three = read_pix(px3);
  BOOST_TEST(three.amount.value().cents == 12500);
  BOOST_TEST(three.txid == "verylongreconciliationidt");
  BOOST_TEST(read_pix(px4).description == "Jornada pagador 85176");
  BOOST_TEST(read_pix(px4).amount.value().cents == 58205);
}

BOOST_AUTO_TEST_CASE(a_dynamic_code_and_unknown_tags_are_read) {
  auto r = read_pix(
      sealed("00020101021226620014BR.GOV.BCB.PIX2540pix.example.com/qr/v2/9d36b84f-c70b-478f"
             "27190015com.example.wal520400005303986540510.505802BR5903Loj6006Recife62070503***"
             "640700012348003ABC"));
  BOOST_REQUIRE(r.valid());
  BOOST_TEST(r.dynamic);
  BOOST_TEST(r.single_use);
  BOOST_TEST(r.url == "pix.example.com/qr/v2/9d36b84f-c70b-478f");
  BOOST_TEST(r.amount.value().cents == 1050);
}

BOOST_AUTO_TEST_CASE(any_changed_character_is_caught) {
  for (std::size_t i = 0; i < px1.size(); ++i)
    for (int c = 1; c < 256; ++c) {
      auto changed = px1;
      changed[i] = static_cast<char>(c);
      bool same = changed == px1 || (i + 4 >= px1.size() && changed[i] == std::tolower(px1[i]));
      BOOST_REQUIRE_MESSAGE(read_pix(changed).valid() == same, changed);
    }
}

BOOST_AUTO_TEST_CASE(amounts_have_one_form) {
  for (auto* good : {"10", "10.5", "0.9", "125.00", "0.01", "9999999999.99"})
    BOOST_TEST_CONTEXT(good) BOOST_TEST(errors_of(with_amount(good)) == "");
  for (auto* bad :
       {"01.00", "1.", "1.234", "-1.00", ".5", "1,00", "1e3", "+1", " 1", "", "99999999999.99"})
    BOOST_TEST_CONTEXT(bad) BOOST_TEST(errors_of(with_amount(bad)).find("tag 54") == 0U);
}

BOOST_AUTO_TEST_CASE(codes_that_break_a_rule_are_refused_by_tag) {
  BOOST_TEST(errors_of(with_account("0103abc2503d.e")).find("exactly one") != std::string::npos);
  BOOST_TEST(errors_of(with_account("0203abc")).find("exactly one") != std::string::npos);
  BOOST_TEST(errors_of(with_account("0103abc")) == "");
  BOOST_TEST(errors_of(with_account("0103abc0103abc")).find("more than once") != std::string::npos);
  BOOST_TEST(errors_of(with_account("0109abc")).find("ends before") != std::string::npos);
  auto other = [](std::string from, const std::string& to) {
    auto body = px1.substr(0, px1.size() - 8);
    body.replace(body.find(from), from.size(), to);
    return errors_of(sealed(body));
  };
  BOOST_TEST(other("5303986", "5303840").find("tag 53") == 0U);
  BOOST_TEST(other("5802BR", "5802US").find("tag 58") == 0U);
  BOOST_TEST(other("5802BR", "").find("tag 58") == 0U);
  BOOST_TEST(other("000201", "000202").find("tag 00") == 0U);
  BOOST_TEST(other("br.gov.bcb.pix", "br.gov.bcb.xip").find("exactly one account")
             != std::string::npos);
  BOOST_TEST(other("5913Fulano de Tal", "5900").find("tag 59") == 0U);
  BOOST_TEST(other("6008BRASILIA", "6016BRASILIABRASILIA").find("tag 60") == 0U);
  BOOST_TEST(other("0503***", "0503a.b").find("tag 62.05") == 0U);
  BOOST_TEST(errors_of(px1 + "6403abc").find("tag 63: the CRC must be the last")
             != std::string::npos);
  BOOST_TEST(errors_of("").find("tag 00") != std::string::npos);
  BOOST_TEST(!read_pix(std::string(513, '0')).valid());
}

BOOST_AUTO_TEST_CASE(a_crc_is_read_in_either_case) {
  for (auto& code : {px1, px2, px3, px4, px5, px6}) {
    auto lower = code;
    for (auto i = lower.size() - 4; i < lower.size(); ++i)
      lower[i] = static_cast<char>(std::tolower(lower[i]));
    BOOST_TEST(errors_of(lower) == "", lower);
  }
  BOOST_TEST(!read_pix(px1.substr(0, px1.size() - 4) + "1d3e").valid());
}

BOOST_AUTO_TEST_CASE(hyphens_in_a_txid_are_warned_of) {
  auto with_txid = [](const std::string& id) {
    auto body = px1.substr(0, px1.find("62070503***"));
    auto two = [](std::size_t n) { return std::to_string(100 + n).substr(1); };
    return sealed(body + "62" + two(id.size() + 4) + "05" + two(id.size()) + id);
  };
  for (auto* id : {"a-b", "2026-11-001", "-", "PEDIDO-1", "a--b", "x-", "1-2-3-4-5-6-7-8-9-0-1-2-3",
                   "NF-000123-A", "abc-DEF-123", "0-0"}) {
    auto r = read_pix(with_txid(id));
    BOOST_TEST(r.valid() == (std::string{id} != "-"), id);
    BOOST_TEST(r.warnings.empty() != r.valid(), id);
    if (r.valid())
      BOOST_TEST(r.txid == id);
  }
  BOOST_TEST(read_pix(with_txid("abc")).warnings.empty());
  for (auto* id : {"a b", "a_b", "a.b", "a/b", "é", "12345678901234567890-12345"})
    BOOST_TEST(!read_pix(with_txid(id)).valid(), id);
}

// The first is the manual's, the others are those of banks and of the Pix API.
BOOST_AUTO_TEST_CASE(composite_codes_ask_for_a_recurrence) {
  const std::string head = "000201", account = "26180014br.gov.bcb.pix",
                    body = "5204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***";
  for (auto& [tail, url] :
       {std::pair<std::string, std::string>{"80740014br.gov.bcb.pix2552pix.example.com/rec/"
                                            "2353c790eefb11eaadc10242ac1200026304F2DA",
                                            "pix.example.com/rec/2353c790eefb11eaadc10242ac120002"},
        {"80800014br.gov.bcb.pix2558pix.example.com/qr/v2/rec/"
         "2353c790eefb11eaadc10242ac120002630462C9",
         "pix.example.com/qr/v2/rec/2353c790eefb11eaadc10242ac120002"},
        {"80950014br.gov.bcb.pix2573qr-h.sandbox.pix.bcb.gov.br/rest/api/rec/"
         "c7dc3d94706d4901a72480e98fcd52e16304BAEE",
         "qr-h.sandbox.pix.bcb.gov.br/rest/api/rec/c7dc3d94706d4901a72480e98fcd52e1"}}) {
    auto r = read_pix(head + account + body + tail);
    BOOST_TEST(r.valid(), (r.valid() ? "" : r.errors.front()));
    BOOST_TEST(r.recurrence_url == url);
    BOOST_TEST(r.key == "");
    BOOST_TEST(r.url == "");
    auto alone = read_pix(sealed(head + body + tail.substr(0, tail.size() - 8)));
    BOOST_TEST(alone.valid(), (alone.valid() ? "" : alone.errors.front()));
    BOOST_TEST(alone.recurrence_url == url);
  }
  const std::string recurrence = "80310014br.gov.bcb.pix2509a.br/r/12";
  auto payee = [&](const std::string& parts) {
    return "26" + std::to_string(18 + parts.size()) + "0014br.gov.bcb.pix" + parts;
  };
  for (auto& [tags, good] :
       {std::pair<std::string, bool>{payee("0103abc") + body + recurrence, true},
        {payee("2503d.e") + body + recurrence, true},
        {payee("0103abc2503d.e") + body + recurrence, false},
        {body + "99310014BR.GOV.BCB.PIX2509a.br/r/12", true},
        {body + recurrence + "81310014br.gov.bcb.pix2509a.br/r/12", false},
        {body + "80180014br.gov.bcb.pix", false},
        {body + "80310014br.gov.bcb.xip2509a.br/r/12", false},
        {body + "80390014br.gov.bcb.pix2517https://a.br/r/12", false},
        {account + body, false},
        {body, false}})
    BOOST_TEST(read_pix(sealed(head + tags)).valid() == good, tags);
}

BOOST_AUTO_TEST_CASE(an_address_stands_without_its_scheme) {
  auto of = [](const std::string& url) {
    return errors_of(with_account("25" + std::to_string(100 + url.size()).substr(1) + url));
  };
  for (auto* url : {"https://pix.example.com/qr/v2/1", "http://pix.example.com/1", "HTTPS://a.b/c",
                    "HtTp://a.b", "ftp://a.b", "://a"})
    BOOST_TEST(of(url).find("25: the URL must stand without https://") != std::string::npos, url);
  for (auto* url : {"pix.example.com/qr/v2/1", "a.b/c:8", "a.b/https", "x"})
    BOOST_TEST(of(url) == "", url);
}

BOOST_AUTO_TEST_CASE(lengths_in_bytes_are_named) {
  auto of = [](const std::string& name, const std::string& city) {
    auto two = [](std::size_t n) { return std::to_string(100 + n).substr(1); };
    return errors_of(sealed("00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-426655440000"
                            "5204000053039865802BR59"
                            + two(name.size()) + name + "60" + two(city.size()) + city
                            + "62070503***"));
  };
  for (auto& [name, city] : {std::pair{"Fulano de Tal", "BRASÍLIA"},
                             {"João", "Recife"},
                             {"Ana", "São Paulo"},
                             {"Construções Ltda", "Goiânia"},
                             {"é", "a"},
                             {"Ação", "Belém"},
                             {"Łódź", "Maceió"},
                             {"José", "Poá"},
                             {"Ça", "Itú"},
                             {"Padaria Pão & Cia", "Niterói"}})
    BOOST_TEST(of(name, city).find("count bytes") != std::string::npos, of(name, city));
  BOOST_TEST(of("Fulano de Tal", "BRASILIA") == "");
  BOOST_TEST(errors_of(px2) == "");
}

BOOST_AUTO_TEST_CASE(any_bytes_are_read_without_harm) {
  BOOST_TEST(rc::check([](const std::string& text) {
    RC_ASSERT(!read_pix(text).valid());
    RC_ASSERT(!read_pix("000201" + text).valid());
  }));
}

BOOST_AUTO_TEST_CASE(a_written_code_equals_the_published_one_but_for_its_letters) {
  auto code =
      encode_pix({"123e4567-e12b-12d1-a456-426655440000", "Fulano de Tal", "Brasília", {}, ""});
  BOOST_REQUIRE(code);
  auto body = px1.substr(0, px1.size() - 8);
  body.replace(body.find("Fulano de Tal"), 13, "FULANO DE TAL");
  BOOST_TEST(*code == sealed(body));
}

BOOST_AUTO_TEST_CASE(any_written_code_is_read_back) {
  BOOST_TEST(rc::check([](const std::string& name, const std::string& id) {
    debt d;
    d.debt_id = id;
    d.amount = money{*rc::gen::inRange<std::int64_t>(1, max_amount.cents + 1)};
    beneficiary to;
    to.name = "X" + name;
    auto code = builtin_pix(d, to);
    RC_ASSERT(static_cast<bool>(code));
    auto r = read_pix(*code);
    RC_ASSERT(r.valid());
    RC_ASSERT(r.key == to.pix_key);
    RC_ASSERT((r.amount == d.amount));
    RC_ASSERT(r.txid == txid_of(id));
    RC_ASSERT(r.city == "SAO PAULO");
  }));
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_a_written_code_is_refused_by_name) {
  auto text = [](const static_pix& p) {
    auto code = encode_pix(p);
    BOOST_REQUIRE(!code);
    return text_of(code.error());
  };
  BOOST_TEST(text({"", "a", "b", {}, ""}).find("Pix key") != std::string::npos);
  BOOST_TEST(text({std::string(78, 'k'), "a", "b", {}, ""}).find("Pix key") != std::string::npos);
  BOOST_TEST(text({"k", " \t", "b", {}, ""}).find("name and city") != std::string::npos);
  BOOST_TEST(text({"k", "a", "b", money{-1}, ""}).find("amount") != std::string::npos);
  BOOST_TEST(text({"k", "a", "b", {}, "a-b"}).find("txid") != std::string::npos);
  BOOST_TEST(text({"k", "a", "b", {}, std::string(26, 'a')}).find("txid") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_txid_is_the_id_where_it_fits_and_else_its_digest) {
  BOOST_TEST(txid_of("8291") == "8291");
  BOOST_TEST(txid_of(std::string(25, 'z')) == std::string(25, 'z'));
  BOOST_TEST(txid_of("debt-1") == "0QW5DGMY16TYD4V8PWYYI46LK");
  BOOST_TEST(txid_of("debt-2") != txid_of("debt-1"));
  BOOST_TEST(txid_of("").size() == 25U);
}

BOOST_AUTO_TEST_CASE(names_become_upper_case_ascii) {
  BOOST_TEST(to_upper_ascii("São João d'Água & Cia.", 40) == "SAO JOAO D'AGUA & CIA.");
  BOOST_TEST(to_upper_ascii("  a\t\n b  ", 40) == "A B");
  BOOST_TEST(to_upper_ascii("Sa\xcc\x83o", 40) == "SAO");
  BOOST_TEST(to_upper_ascii("Łódź Çeşme", 40) == "LODZ CESME");
  BOOST_TEST(to_upper_ascii("ab cd", 3) == "AB");
  BOOST_TEST(to_upper_ascii("東京\xff", 10) == "");
}

BOOST_AUTO_TEST_SUITE_END()
