#include "domain/government_id.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

using namespace bankslip::domain;
using kind = government_id_kind;

BOOST_AUTO_TEST_SUITE(government_id_test)

namespace {

void all_are(kind k, std::initializer_list<const char*> ids) {
  for (auto* id : ids)
    BOOST_TEST_CONTEXT(id) BOOST_TEST(to_string(classify_government_id(id)) == to_string(k));
}

} // namespace

BOOST_AUTO_TEST_CASE(a_cpf_is_known_by_its_check_digits) {
  all_are(kind::cpf, {"01234567890", "24828372865", "24184562000", "55113756750", "52998224725",
                      "94271564656", "529.982.247-25", "529982247-25"});
}

BOOST_AUTO_TEST_CASE(a_cnpj_is_known_by_its_check_digits) {
  all_are(kind::cnpj, {"00000000000191", "66919381000115", "04740714000197", "44108058000129",
                       "90021382000122", "90024778000123", "90025108000121", "90025255000100",
                       "90024420000109", "90024781000147", "90024780000100", "90024779000178",
                       "26637142000158", "63025530002409", "11222333000181", "11.222.333/0001-81"});
}

BOOST_AUTO_TEST_CASE(a_cnpj_with_letters_is_known) {
  all_are(kind::cnpj_alphanumeric,
          {"12ABC34501DE35", "ABCDEFGHIJKL80", "12.ABC.345/01DE-35", "12abc34501de35",
           "12.abc.345/01de-35", "abcdefghijkl80", "12Abc34501dE35"});
}

BOOST_AUTO_TEST_CASE(everything_else_is_unknown) {
  all_are(kind::unknown, {"24828372866",
                          "42571979804",
                          "01234567891",
                          "00000000000",
                          "11111111111",
                          "22222222222",
                          "12ABC34501DE34",
                          "12ABC34501DE45",
                          "ABCDEFGHIJKL81",
                          "00000000000192",
                          "00000000000000",
                          "12abc34501de34",
                          "0000000000019L",
                          "000000000001P1",
                          "48514588000170",
                          "12732455000125",
                          "11111111111111",
                          "1122233300018",
                          "112223330001811",
                          "5299822472",
                          "529982247255",
                          "9558",
                          "",
                          "...",
                          "529 982 247 25",
                          "5299822472\xc3\xa9"});
}

BOOST_AUTO_TEST_CASE(numbers_are_printed_in_their_form_and_other_text_as_it_is) {
  for (auto& [text, form] : {std::pair{"71699936609", "716.999.366-09"},
                             {"716.999.366-09", "716.999.366-09"},
                             {"716999366-09", "716.999.366-09"},
                             {"52998224725", "529.982.247-25"},
                             {"00000000191", "000.000.001-91"},
                             {"00000000000191", "00.000.000/0001-91"},
                             {"11222333000181", "11.222.333/0001-81"},
                             {"11.222.333/0001-81", "11.222.333/0001-81"},
                             {"12ABC34501DE35", "12.ABC.345/01DE-35"},
                             {"12abc34501de35", "12.ABC.345/01DE-35"},
                             {"ABCDEFGHIJKL80", "AB.CDE.FGH/IJKL-80"},
                             {"11111111111", "11111111111"},
                             {"71699936608", "71699936608"},
                             {"9558", "9558"},
                             {"", ""},
                             {"RG 12.345-6 SSP/SP", "RG 12.345-6 SSP/SP"}})
    BOOST_TEST(format_government_id(text) == form);
}

BOOST_AUTO_TEST_CASE(a_number_that_lost_its_leading_zeros_is_named) {
  auto message = [](std::string_view text) {
    auto fault = government_id_fault(text);
    return fault ? fault->message : std::string{};
  };
  for (auto* text : {"1234567890", "191", "272", "353", "434", "515", "604", "787", "868", "949"})
    BOOST_TEST(message(text).ends_with("; with its lost leading zeros it is a CPF"), text);
  for (auto* text : {"4740714000197", "1234567000195", "11111000101"})
    BOOST_TEST(message(text).ends_with("; with its lost leading zeros it is a CNPJ"), text);
  for (auto* text :
       {"9558", "91", "11111111111", "1234567891", "24828372866", "x191", "abc", "1.91"})
    BOOST_TEST(message(text) == "must be a CPF or CNPJ with right check digits", text);
  BOOST_TEST(message("01234567890") == "");
}

BOOST_AUTO_TEST_CASE(any_change_of_one_cnpj_digit_is_noticed_unless_both_digits_agree) {
  std::string id = "11222333000181";
  int unnoticed = 0;
  for (std::size_t i = 0; i < id.size(); ++i)
    for (char c = '0'; c <= '9'; ++c) {
      auto changed = id;
      changed[i] = c;
      if (c != id[i] && classify_government_id(changed) != kind::unknown)
        ++unnoticed;
    }
  BOOST_TEST(unnoticed == 0);
}

BOOST_AUTO_TEST_SUITE_END()
