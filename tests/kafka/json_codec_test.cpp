#include <string>
#include <thread>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "domain/error.hpp"
#include "kafka/kafka.hpp"

using namespace bankslip;
using domain::code_of;
using domain::errc;
using domain::text_of;

BOOST_AUTO_TEST_SUITE(json_codec_test)

namespace {

const auto codec = kafka::make_json_codec();

const std::string usual = R"({"name":"Elijah Santos","government_id":"00123456789",)"
                          R"("email":"janet95@example.com","debt_amount":7811,)"
                          R"("debt_due_date":"2024-01-19","debt_id":"ea23f2ca"})";

domain::debt usual_debt() {
  return {.debt_id = "ea23f2ca",
          .name = "Elijah Santos",
          .government_id = "00123456789",
          .email = "janet95@example.com",
          .amount = {781'100},
          .due_date = *domain::parse_date("2024-01-19")};
}

std::string encoded(const domain::debt& d) {
  std::string out;
  codec->encode(d, out);
  return out;
}

/// `usual` with the first `from` replaced.
std::string with(const std::string& from, const std::string& to) {
  auto json = usual;
  auto at = json.find(from);
  BOOST_REQUIRE(at != std::string::npos);
  return json.replace(at, from.size(), to);
}

domain::debt decoded(const std::string& json) {
  domain::debt d;
  auto error = codec->decode(json, d);
  BOOST_TEST(!error, text_of(error) << " in " << json.substr(0, 300));
  return d;
}

/// Why `json` is refused.
std::string refusal(const std::string& json) {
  domain::debt d;
  auto error = codec->decode(json, d);
  BOOST_TEST((code_of(error) == errc::invalid_input), json.substr(0, 300));
  return text_of(error);
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_six_fields_are_written_in_their_order) {
  BOOST_TEST(encoded(usual_debt()) == usual);
}

BOOST_AUTO_TEST_CASE(encoding_appends_to_what_is_there) {
  std::string out = "before";
  codec->encode(usual_debt(), out);
  BOOST_TEST(out == "before" + usual);
}

BOOST_AUTO_TEST_CASE(a_broken_amount_has_two_digits) {
  auto d = usual_debt();
  d.amount = {1050};
  BOOST_TEST(contains(encoded(d), R"("debt_amount":10.50,)"));
  d.amount = {1};
  BOOST_TEST(contains(encoded(d), R"("debt_amount":0.01,)"));
  d.amount = domain::max_amount;
  BOOST_TEST(contains(encoded(d), R"("debt_amount":99999999.99,)"));
}

BOOST_AUTO_TEST_CASE(only_what_json_forbids_is_escaped) {
  auto d = usual_debt();
  d.name = "\"\\/\b\f\n\r\t\x01\x1f\x7f é 漢 😀";
  BOOST_TEST(contains(encoded(d), R"("name":"\"\\/\b\f\n\r\t\u0001\u001f)"
                                  "\x7f é 漢 😀\","));
}

BOOST_AUTO_TEST_CASE(a_message_is_read) { BOOST_TEST((decoded(usual) == usual_debt())); }

BOOST_AUTO_TEST_CASE(members_may_come_in_any_order_with_white_space) {
  BOOST_TEST((decoded("\r\n\t { \"debt_id\" : \"ea23f2ca\" , \"debt_due_date\":\"2024-01-19\",\n"
                      "\"debt_amount\" : 7811, \"email\":\"janet95@example.com\","
                      "\"government_id\":\"00123456789\",\"name\":\"Elijah Santos\" } \n")
              == usual_debt()));
}

BOOST_AUTO_TEST_CASE(an_amount_may_be_text_or_a_number) {
  BOOST_TEST(decoded(with("7811", "\"7811\"")).amount.cents == 781'100);
  BOOST_TEST(decoded(with("7811", "\"7811.5\"")).amount.cents == 781'150);
  BOOST_TEST(decoded(with("7811", "7811.50")).amount.cents == 781'150);
  BOOST_TEST(decoded(with("7811", "99999999.99")).amount.cents == 9'999'999'999);
}

BOOST_AUTO_TEST_CASE(an_amount_is_any_number_of_that_value) {
  const std::vector<std::pair<const char*, std::int64_t>> table = {
      {"1.5e1", 1'500},
      {"1E+2", 10'000},
      {"1.0E7", 1'000'000'000},
      {"10.500", 1'050},
      {"1e3", 100'000},
      {"150e-1", 1'500},
      {"0.15E2", 1'500},
      {"1e-2", 1},
      {"99999999990e-3", 9'999'999'999},
      {"7.81100e3", 781'100},
      {"1.000000000000000000000", 100},
      {"100000000000000000000e-20", 100},
  };
  for (const auto& [text, cents] : table)
    BOOST_TEST(decoded(with("7811", text)).amount.cents == cents, text);
}

BOOST_AUTO_TEST_CASE(an_amount_that_is_not_exact_cents_is_refused) {
  for (auto amount :
       {"1e8", "1E-3", "10.005", "0", "0e9", "-1", "-0", "100000000", "0.30000000000000004",
        "\"1e3\"", "\"\"", "\"1,5\"", "123456789012345678901234567890"})
    BOOST_TEST(contains(refusal(with("7811", amount)), "debt_amount: "), amount);
}

BOOST_AUTO_TEST_CASE(a_government_id_may_be_a_whole_number) {
  BOOST_TEST(decoded(with("\"00123456789\"", "11111111111")).government_id == "11111111111");
  BOOST_TEST(decoded(with("\"00123456789\"", "12345678901234567890")).government_id
             == "12345678901234567890");
  for (auto id : {"1.5", "-1", "1e5", "null", "true", "[1]", "{}"})
    BOOST_TEST(contains(refusal(with("\"00123456789\"", id)), "government_id: must be text"), id);
  BOOST_TEST(contains(refusal(with("\"00123456789\"", "123456789012345678901")), "government_id:"));
}

BOOST_AUTO_TEST_CASE(text_is_not_taken_from_other_kinds) {
  for (auto name : {"1", "null", "true", "[]", "{\"name\":\"x\"}"})
    BOOST_TEST(contains(refusal(with("\"Elijah Santos\"", name)), "name: must be text"), name);
  for (auto amount : {"null", "false", "[7811]", "{\"debt_amount\":1}"})
    BOOST_TEST(contains(refusal(with("7811", amount)), "debt_amount: must be a number or text"));
}

BOOST_AUTO_TEST_CASE(unknown_members_are_passed_over_nested_too) {
  auto extra = R"("x":{"name":"no","debt_amount":[1,{"debt_id":null}]},"y":[[],{}],"z":1e5,)";
  BOOST_TEST((decoded(with("{", std::string{"{"} + extra)) == usual_debt()));
  BOOST_TEST((decoded(with("{", R"({"x":"\ud83d\ude00","y":{"x":1,"x":1},)")) == usual_debt()));
}

BOOST_AUTO_TEST_CASE(every_missing_member_is_named) {
  BOOST_TEST(refusal("{}")
             == "invalid input: name: missing; government_id: missing; email: missing; "
                "debt_amount: missing; debt_due_date: missing; debt_id: missing");
  BOOST_TEST(contains(refusal(with("\"email\"", "\"e_mail\"")), "email: missing"));
}

BOOST_AUTO_TEST_CASE(a_member_given_twice_is_refused) {
  BOOST_TEST(contains(refusal(with("\"email\"", "\"debt_amount\":1,\"email\"")),
                      "debt_amount: given twice"));
  BOOST_TEST(contains(refusal(with("{", R"({"x":1,"y":2,"\u0078":3,)")), "a key twice"));
}

BOOST_AUTO_TEST_CASE(blanks_and_controls_are_treated_as_in_files) {
  BOOST_TEST((decoded(with("Elijah Santos", "\u00a0 Elijah Santos\\t")) == usual_debt()));
  BOOST_TEST(contains(refusal(with("Elijah Santos", " \u00a0")), "name: name must not be blanks"));
  BOOST_TEST(contains(refusal(with("Elijah", "Eli\\njah")), "must not hold control characters"));
  BOOST_TEST(contains(refusal(with("ea23f2ca", "..")), "debt_id: "));
}

BOOST_AUTO_TEST_CASE(every_field_that_breaks_a_rule_is_named) {
  auto text = refusal(R"({"name":"","government_id":"1","email":"none","debt_amount":1,)"
                      R"("debt_due_date":"2024-02-30","debt_id":"a/b"})");
  for (auto field : {"name: ", "email: ", "debt_due_date: ", "debt_id: "})
    BOOST_TEST(contains(text, field), text);
  BOOST_TEST(!contains(text, "government_id"), text);
}

BOOST_AUTO_TEST_CASE(what_is_not_one_object_is_refused) {
  for (auto json : {"", " ", "null", "1", "\"text\"", "[]", "[{}]", "{", "}", "{]", "{\"name\"}",
                    "{\"name\":}", "{\"name\":\"x\",}", "{'name':'x'}", "nul", "\xef\xbb\xbf{}"})
    BOOST_TEST(contains(refusal(json), "message: "), json);
}

BOOST_AUTO_TEST_CASE(anything_after_the_object_is_refused) {
  for (auto tail : {"x", "{}", ",", "]", "}", "1", "/**/", "\x01"})
    BOOST_TEST(contains(refusal(usual + tail), "message: "), tail);
}

BOOST_AUTO_TEST_CASE(a_nul_ends_nothing) {
  BOOST_TEST(contains(refusal(usual + std::string(1, '\0')), "without NUL"));
  BOOST_TEST(contains(refusal(usual + std::string("\0{}", 3)), "without NUL"));
  BOOST_TEST(contains(refusal(std::string("\0", 1) + usual), "without NUL"));
  BOOST_TEST(contains(refusal(with("Elijah", std::string("Eli\0jah", 7))), "without NUL"));
  BOOST_TEST(contains(refusal(with("Elijah", "Eli\\u0000jah")), "name: "));
}

BOOST_AUTO_TEST_CASE(text_that_is_not_utf8_is_refused) {
  for (auto bytes : {"\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80"}) {
    refusal(with("Elijah", bytes));
    refusal(with("{", std::string{"{\"x\":\""} + bytes + "\","));
    refusal(with("{", std::string{"{\""} + bytes + "\":1,"));
  }
  for (auto escape : {"\\ud800", "\\udc00", "\\ud800\\u0041", "\\uzzzz", "\\x", "\\"})
    refusal(with("Elijah", escape));
}

BOOST_AUTO_TEST_CASE(a_million_brackets_are_refused_quickly) {
  for (auto bracket : {"[", "{\"a\":"}) {
    std::string many;
    for (int i = 0; i < 1'000'000; ++i)
      many += bracket;
    refusal(many);
    BOOST_TEST(contains(refusal(with("{", "{\"x\":" + many)), "nested deeper than"));
  }
}

BOOST_AUTO_TEST_CASE(a_message_is_read_after_any_refused_one) {
  refusal("{\"x\":[[[[");
  refusal(std::string(200'000, '['));
  refusal("{\"name\":\"" + std::string(300'000, 'x') + "\"}");
  BOOST_TEST((decoded(usual) == usual_debt()));
}

BOOST_AUTO_TEST_CASE(every_cut_of_a_message_is_refused) {
  for (std::size_t n = 0; n < usual.size(); ++n)
    refusal(usual.substr(0, n));
}

BOOST_AUTO_TEST_CASE(many_threads_share_one_codec) {
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([t, &wrong] {
      for (int i = 1; i <= 2000; ++i) {
        auto d = usual_debt();
        d.name = "name " + std::to_string(t) + " "
                 + std::string(static_cast<std::size_t>(1 + i % 90), 'x');
        d.amount = {i};
        domain::debt back;
        if (codec->decode(encoded(d), back) || !(back == d))
          ++wrong[static_cast<std::size_t>(t)];
      }
    });
  for (auto& t : threads)
    t.join();
  BOOST_TEST(wrong == std::vector<int>(4, 0), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
