#include "cli/boleto_command.hpp"
#include "domain/boleto/bar_code.hpp"

#include <sstream>

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>
#include <rapidjson/document.h>

using namespace bankslip;

BOOST_AUTO_TEST_SUITE(boleto_command_test)

namespace {

constexpr domain::date today{std::chrono::year{2026} / 11 / 25};

struct answer {
  int status;
  rapidjson::Document json;

  std::string text(const char* name) const {
    return json[name].IsNull() ? "null" : json[name].GetString();
  }
  std::string errors() const {
    std::string all;
    for (auto& e : json["errors"].GetArray())
      all += std::string{e.GetString()} + "\n";
    return all;
  }
};

answer parsed(int status, const std::string& text) {
  answer a{status, {}};
  a.json.Parse<rapidjson::kParseValidateEncodingFlag>(text.c_str());
  BOOST_REQUIRE(a.json.IsObject());
  return a;
}

answer inspect(const std::string& code) {
  std::ostringstream out;
  auto status = cli::boleto_inspect(code, today, out);
  return parsed(status, out.str());
}

answer encode(const cli::boleto_encode_options& options, domain::date on = today) {
  std::ostringstream out;
  auto status = cli::boleto_encode(options, on, out);
  return parsed(status, out.str());
}

const std::string barcode = "34196166700000123451101234567880057123457000";
const std::string line = "34191101213456788005871234570001616670000012345";

} // namespace

BOOST_AUTO_TEST_CASE(a_bar_code_and_its_line_say_the_same) {
  for (auto& code :
       {barcode, line, std::string{"34191.10121 34567.880058 71234.570001 6 16670000012345"},
        std::string{"  34191.10121  34567.880058\t71234.570001 6 16670000012345\n"}}) {
    auto a = inspect(code);
    BOOST_TEST(a.status == 0);
    BOOST_TEST(a.json["valid"].GetBool());
    BOOST_TEST(a.text("kind") == (code == barcode ? "barcode" : "linha_digitavel"));
    BOOST_TEST(a.text("barcode") == barcode);
    BOOST_TEST(a.text("linha_digitavel") == line);
    BOOST_TEST(a.text("bank") == "341");
    BOOST_TEST(a.text("amount") == "123.45");
    BOOST_REQUIRE(a.json["due_dates"].Size() == 2U);
    BOOST_TEST(a.json["due_dates"][0].GetString() == "2002-05-01");
    BOOST_TEST(a.json["due_dates"][1].GetString() == "2026-12-21");
    BOOST_TEST(a.text("due_date") == "2026-12-21");
    BOOST_TEST(a.errors() == "");
  }
}

BOOST_AUTO_TEST_CASE(a_slip_without_due_date_has_an_empty_list) {
  auto a = inspect("23792000000000000009999999999999999999999999");
  BOOST_TEST(a.status == 0);
  BOOST_TEST(a.json["due_dates"].Empty());
  BOOST_TEST(a.text("due_date") == "null");
  BOOST_TEST(a.text("amount") == "0.00");
}

BOOST_AUTO_TEST_CASE(a_wrong_code_is_refused_with_status_1_and_reasons) {
  auto a = inspect("34196166700000123451091234567880057123457000");
  BOOST_TEST(a.status == 1);
  BOOST_TEST(!a.json["valid"].GetBool());
  BOOST_TEST(a.errors().find("general check digit") != std::string::npos);
  BOOST_TEST(a.text("linha_digitavel") == "null");
  BOOST_TEST(inspect("93790000090000000000000000000000281310000012300").status == 1);
  BOOST_TEST(inspect("23793.39001 60083.418004 84020.000003 1 12340000024900").status == 1);
}

BOOST_AUTO_TEST_CASE(an_arrecadacao_document_is_told_from_a_bank_slip) {
  for (auto* code : {"836200000005667800481000180975657313001589636081",
                     "83620000000 5 66780048100 0 18097565731 3 00158963608 1",
                     "83620000000-5 66780048100-0 18097565731-3 00158963608-1",
                     "83620000000667800481001809756573100158963608"}) {
    auto a = inspect(code);
    BOOST_TEST(a.status == 1);
    BOOST_TEST(a.text("kind") == "arrecadacao");
    BOOST_TEST(a.errors() == "begins with 8: arrecadação, not a bank slip\n");
  }
}

BOOST_AUTO_TEST_CASE(a_pix_code_says_its_fields) {
  auto a =
      inspect("00020126510014br.gov.bcb.pix0115thalesog@me.com0210Pedido 123520400005303986540510"
              ".005802BR5914THALES OGLIARI6015SAO MIGUEL DO O62070503***63040DC6");
  BOOST_TEST(a.status == 0);
  BOOST_TEST(a.text("kind") == "pix");
  BOOST_TEST(a.text("type") == "static");
  BOOST_TEST(a.text("key") == "thalesog@me.com");
  BOOST_TEST(a.text("amount") == "10.00");
  BOOST_TEST(a.text("description") == "Pedido 123");
  BOOST_TEST(a.text("city") == "SAO MIGUEL DO O");
  BOOST_TEST(a.text("txid") == "null");
  BOOST_TEST(a.json["warnings"].Empty());
  auto broken = inspect("00020126510014br.gov.bcb.pix0115thalesog@me.com");
  BOOST_TEST(broken.status == 1);
  BOOST_TEST(broken.text("kind") == "pix");
}

BOOST_AUTO_TEST_CASE(a_factor_that_no_bank_reads_is_named) {
  for (auto& [factor, warned] : {std::pair{1, "0001 lies below 1000"},
                                 {7, "0007 lies below 1000"},
                                 {99, "0099 lies below 1000"},
                                 {100, "0100 lies below 1000"},
                                 {500, "0500 lies below 1000"},
                                 {998, "0998 lies below 1000"},
                                 {999, "0999 lies below 1000"},
                                 {7200, "7200 means no day"},
                                 {0, ""},
                                 {1000, ""},
                                 {1667, ""},
                                 {9999, ""}}) {
    auto code =
        domain::encode_barcode({"341", factor, domain::money{12345}, "1101234567880057123457000"});
    BOOST_REQUIRE(code);
    auto a = inspect(*code);
    BOOST_TEST(a.status == 0);
    BOOST_TEST(a.json["warnings"].Empty() == std::string{warned}.empty(), factor);
    for (auto& w : a.json["warnings"].GetArray())
      BOOST_TEST(std::string{w.GetString()}.find(warned) != std::string::npos, w.GetString());
  }
}

BOOST_AUTO_TEST_CASE(encode_refuses_days_that_banks_would_read_as_others) {
  for (auto& [due, why] : {std::pair{"2015-06-30", "would read 2040-02-19"},
                           {"2018-09-07", "would read no date"},
                           {"2002-05-01", "would read 2026-12-21"},
                           {"2000-07-03", "would read 2025-02-22"},
                           {"1997-10-08", "would read no date"},
                           {"2000-07-02", "would read no date"},
                           {"2041-12-17", "would read no date"},
                           {"2049-10-13", "would read 2025-02-21"},
                           {"2018-09-08", ""},
                           {"2041-12-16", ""},
                           {"2026-11-25", ""},
                           {"2025-02-21", ""},
                           {"2025-02-22", ""}}) {
    auto a = encode({"341", due, 12345, "1101234567880057123457000", {}});
    BOOST_TEST(a.status == (std::string{why}.empty() ? 0 : 1), due);
    BOOST_TEST(a.errors().find(why) != std::string::npos, a.errors());
    if (a.status == 0)
      BOOST_TEST(inspect(a.text("barcode")).text("due_date") == due);
  }
}

BOOST_AUTO_TEST_CASE(any_text_gets_a_json_answer) {
  for (auto* code : {"", " ", "x", "123", "\xff\xfe", "341-9"}) {
    auto a = inspect(code);
    BOOST_TEST(a.status == 1);
    BOOST_TEST(a.text("kind") == "unknown");
    BOOST_TEST(!a.errors().empty());
  }
  BOOST_TEST(rc::check([](const std::string& text) {
    RC_ASSERT(inspect(text).status == 1);
    RC_ASSERT(inspect("000201" + text).status == 1);
  }));
}

BOOST_AUTO_TEST_CASE(encode_makes_the_published_codes) {
  auto a = encode({"341", "2026-12-21", 12345, "1101234567880057123457000", {}});
  BOOST_TEST(a.status == 0);
  BOOST_TEST(a.text("barcode") == barcode);
  BOOST_TEST(a.text("linha_digitavel") == line);
  cli::boleto_encode_options itau{"", "2026-12-21", 12345, "", {}};
  itau.parts = {"itau", "", "", "110", "12345678", "0057", "12345"};
  BOOST_TEST(encode(itau).text("barcode") == barcode);
  cli::boleto_encode_options bb{"001", "2008-02-03", 72356, "", {}};
  bb.parts = {"banco-do-brasil", "1238798", "7777700168", "18", "", "", ""};
  BOOST_TEST(encode(bb, *domain::parse_date("2008-01-15")).text("barcode")
             == "00195377100000723560000001238798777770016818");
}

BOOST_AUTO_TEST_CASE(encode_refuses_what_does_not_fit) {
  auto refused = [](cli::boleto_encode_options o, const char* word) {
    auto a = encode(o);
    BOOST_TEST(a.status == 1);
    BOOST_TEST(a.errors().find(word) != std::string::npos, a.errors());
  };
  cli::boleto_encode_options kept{"341", "2015-06-30", 1, std::string(25, '1'), {}};
  refused(kept, "2040-02-19");
  kept.due_dates = domain::due_date_window::off;
  BOOST_TEST(encode(kept).status == 0);

  cli::boleto_encode_options good{"341", "2026-12-21", 12345, std::string(25, '1'), {}};
  auto o = good;
  o.due = "2025-02-30";
  refused(o, "due");
  o.due = "2050-01-01";
  refused(o, "2049-10-13");
  o = good;
  o.cents = 10'000'000'000;
  refused(o, "amount");
  o = good;
  o.free_field = "123";
  refused(o, "free field");
  o = good;
  o.parts.layout = "itau";
  refused(o, "together");
  o.free_field.clear();
  refused(o, "carteira");
  o.bank = "001";
  refused(o, "bank 341");
  o.parts.layout = "bradesco";
  refused(o, "layout");
}

BOOST_AUTO_TEST_SUITE_END()
