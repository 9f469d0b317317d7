#include <boost/test/unit_test.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <rapidcheck.h>

#include "domain/text/utf8.hpp"
#include "json/document.hpp"
#include "json/json.hpp"
#include "json/writer.hpp"

using namespace bankslip::json;
namespace domain = bankslip::domain;

BOOST_AUTO_TEST_SUITE(document_test)

BOOST_AUTO_TEST_CASE(every_kind_of_value_is_read_as_it_stands) {
  const std::string source = " { \"a\" : \"x\\u00e9\\n\\ud83d\\ude00\" , \"b\":-1.50e+3,\n\"c\":[ "
                             "1 , [ ] , { } ],\"d\":null,"
                             "\"e\" :true, \"f\":{\"g\":{\"a\":2}} , \"\":false } ";
  const document d{source};
  BOOST_TEST(d.fault() == "");
  const auto root = d.root();
  BOOST_TEST(root.is(kind::object));
  BOOST_TEST(root["a"].text() == "xé\n😀");
  BOOST_TEST(root["a"].json() == R"("x\u00e9\n\ud83d\ude00")");
  BOOST_TEST(root["b"].text() == "-1.50e+3");
  BOOST_TEST(root["b"].number().value() == -1500.0);
  BOOST_TEST(!root["b"].integer());
  BOOST_TEST(root["c"].json() == "[ 1 , [ ] , { } ]");
  std::vector<std::string> elements;
  for (auto v : root["c"])
    elements.emplace_back(v.json());
  BOOST_TEST(elements == (std::vector<std::string>{"1", "[ ]", "{ }"}),
             boost::test_tools::per_element());
  BOOST_TEST(root["d"].is(kind::null));
  BOOST_TEST(root["e"].is(kind::boolean));
  BOOST_TEST(root["e"].json() == "true");
  BOOST_TEST(root["f"].json() == "{\"g\":{\"a\":2}}");
  BOOST_TEST(root["f"]["g"]["a"].integer().value() == 2);
  BOOST_TEST(root[""].json() == "false");
  BOOST_TEST(root["z"].is(kind::absent));
  BOOST_TEST(!root["z"]["y"]);
  BOOST_TEST(root["z"].json() == "");
  for (auto v : root["z"])
    BOOST_ERROR(v.name());
  std::string names;
  for (auto v : root)
    names += std::string{v.name()} + ";";
  BOOST_TEST(names == "a;b;c;d;e;f;;");
}

BOOST_AUTO_TEST_CASE(names_given_twice_are_told_where_they_stand) {
  using names = std::vector<std::string_view>;
  const document d{R"({"z":1,"a":1,"b":{"c":1,"c":2},"a":2,"\u0061":3,"":0,"z":4})"};
  BOOST_TEST((d.root().names_given_twice() == names{"a", "z"}));
  BOOST_TEST((d.root()["b"].names_given_twice() == names{"c"}));
  BOOST_TEST(d.root()["a"].names_given_twice().empty());
  BOOST_TEST(d.root()["a"].integer().value() == 1);
}

BOOST_AUTO_TEST_CASE(what_is_no_json_is_told_with_its_place) {
  using row = std::pair<std::string, std::size_t>;
  for (auto& [source, at] : {row{"", 0},
                             {"{nonsense", 1},
                             {"{} x", 3},
                             {"[1,]", 3},
                             {"\"a", 2},
                             {"{\"a\":01}", 6},
                             {"nul", 3},
                             {"{\"a\":\"\xFF\"}", 6},
                             {std::string{"{}\0", 3}, 2},
                             {"[\"\\ud800\"]", 2},
                             {"'a'", 0},
                             {"{\"a\" 1}", 5}}) {
    const document d{source};
    BOOST_TEST(!d.fault().empty(), source);
    BOOST_TEST(d.fault_at() == at, source);
    BOOST_TEST(!d.root());
  }
}

BOOST_AUTO_TEST_CASE(depth_is_bounded_and_costs_no_stack) {
  auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  BOOST_TEST(document{nested(document::max_depth)}.fault() == "");
  BOOST_TEST(document{nested(document::max_depth + 1)}.fault() == "nested deeper than 256 levels");
  BOOST_TEST(document{nested(1'000'000)}.fault() == "nested deeper than 256 levels");
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_back) {
  BOOST_TEST(rc::check([](const std::map<std::string, std::string>& fields, std::int64_t n) {
    writer w;
    w.begin_object().key("n").number(n).key("list").begin_array();
    for (const auto& [name, text] : fields)
      w.begin_object().key(name).text(text).key("no").null().end_object();
    w.end_array().key("raw").raw("[1,2]").key("e").text_or_null("").end_object();
    const auto json = w.take();
    const document d{json};
    RC_ASSERT(d.fault().empty());
    RC_ASSERT(d.root()["n"].integer() == n);
    RC_ASSERT(d.root()["raw"].json() == "[1,2]");
    RC_ASSERT(d.root()["e"].is(kind::null));
    auto at = fields.begin();
    for (auto v : d.root()["list"]) {
      RC_ASSERT((*v.begin()).name() == domain::clean_utf8(at->first));
      RC_ASSERT((*v.begin()).text() == domain::clean_utf8(at->second));
      ++at;
    }
    RC_ASSERT(at == fields.end());
  }));
}

BOOST_AUTO_TEST_CASE(a_flat_object_is_read_by_its_fields) {
  const std::string source = R"({"a":"x","n":12345678901234567890.50,"z":null,"o":{}})";
  bool wrong = false;
  const json_reader plain{source};
  BOOST_TEST(plain.valid());
  BOOST_TEST(*plain.text("a") == "x");
  BOOST_TEST(!plain.text("n"));
  BOOST_TEST(plain.optional_text("z", wrong) == "");
  BOOST_TEST(plain.optional_text("none", wrong) == "");
  BOOST_TEST(!wrong);
  BOOST_TEST(plain.optional_text("n", wrong) == "");
  BOOST_TEST(wrong);
  wrong = false;
  const json_reader exact{source, true};
  BOOST_TEST(exact.optional_text("n", wrong) == "12345678901234567890.50");
  BOOST_TEST(!wrong);
  BOOST_TEST(exact.optional_text("o", wrong) == "");
  BOOST_TEST(wrong);
  BOOST_TEST(!json_reader{"[1]"}.valid());
  BOOST_TEST(!json_reader{"{"}.valid());
}

BOOST_AUTO_TEST_SUITE_END()
