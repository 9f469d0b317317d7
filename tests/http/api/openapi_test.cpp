#include <boost/test/unit_test.hpp>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "domain/text/ascii.hpp"
#include "http/api/openapi.hpp"
#include "tests/http/api/api_fixture.hpp"
#include "json/document.hpp"

using namespace bankslip;
using http::operations;

BOOST_AUTO_TEST_SUITE(openapi_test)

namespace {

std::string lower(std::string_view text) {
  std::string out{text};
  for (auto& c : out)
    c = domain::to_lower(c);
  return out;
}

/// "GET /uploads/{id}" of every line of the table.
std::set<std::string> table_calls() {
  std::set<std::string> calls;
  for (const auto& op : operations())
    calls.insert(std::string{op.method} + ' ' + std::string{op.pattern});
  return calls;
}

struct fixture {
  std::string text = http::openapi_json(operations());
  json::document read{text};
  json::value doc = read.root();

  /// What "#/components/schemas/Upload" names.
  json::value resolve(std::string_view ref) const {
    auto at = doc;
    ref.remove_prefix(2);
    while (at && !ref.empty()) {
      const auto end = std::min(ref.find('/'), ref.size());
      at = at[ref.substr(0, end)];
      ref.remove_prefix(std::min(end + 1, ref.size()));
    }
    return at;
  }

  void check_refs(json::value v) const {
    if (!v.is(json::kind::object) && !v.is(json::kind::array))
      return;
    if (const auto ref = v["$ref"])
      BOOST_TEST(static_cast<bool>(resolve(ref.text())), ref.text() << " is described");
    for (const auto inside : v)
      check_refs(inside);
  }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(the_document_is_json_and_all_that_it_refers_to_is_there, fixture) {
  BOOST_TEST(read.fault() == "");
  BOOST_TEST(doc["openapi"].text() == "3.1.0");
  BOOST_TEST(doc["info"]["version"].text().find('@') == std::string_view::npos);
  check_refs(doc);
}

BOOST_FIXTURE_TEST_CASE(the_document_has_the_operations_of_the_table_and_no_others, fixture) {
  std::set<std::string> described;
  for (const auto path : doc["paths"])
    for (const auto op : path)
      described.insert(std::string{op.name()} + ' ' + std::string{path.name()});
  std::set<std::string> wanted;
  for (const auto& op : operations())
    wanted.insert(lower(op.method) + ' ' + std::string{op.pattern});
  BOOST_TEST(described == wanted, boost::test_tools::per_element());
  BOOST_TEST(operations().size() == wanted.size());
}

BOOST_FIXTURE_TEST_CASE(every_operation_has_an_id_of_its_own_and_a_tag_that_is_described, fixture) {
  std::set<std::string_view> ids, tags;
  for (const auto tag : doc["tags"])
    tags.insert(tag["name"].text());
  for (const auto& op : operations()) {
    BOOST_TEST(ids.insert(op.id).second, op.id << " is given once");
    BOOST_TEST(tags.count(op.tag) == 1u);
    BOOST_TEST(!op.summary.empty());
    BOOST_TEST(op.serve != nullptr);
  }
}

BOOST_FIXTURE_TEST_CASE(an_operation_that_needs_a_scope_says_so_and_how_it_refuses, fixture) {
  const auto post = doc["paths"]["/bankslip/batch"]["post"];
  BOOST_TEST(post["security"].json()
             == R"([{"bearer":["ingest"]},{"apiKey":["ingest"]},{"session":["ingest"]}])");
  for (const auto* status : {"401", "403", "413", "415", "422", "429", "503"})
    BOOST_TEST(static_cast<bool>(post["responses"][status]), status << " is described");
  const auto health = doc["paths"]["/healthz"]["get"];
  BOOST_TEST(health["security"].json() == "[]");
  BOOST_TEST(!health["responses"]["401"]);
}

BOOST_FIXTURE_TEST_CASE(the_server_hands_it_out, http::fakes::api_fixture) {
  const auto answer = client().Get("/openapi.json");
  BOOST_TEST(answer->status == 200);
  BOOST_TEST(answer->get_header_value("Content-Type") == "application/json");
  BOOST_TEST(answer->body == http::openapi_json(operations()));
  const auto other = client().Get("/redoc");
  BOOST_TEST(other->status == 307);
  BOOST_TEST(other->get_header_value("Location") == "docs");
}

BOOST_AUTO_TEST_CASE(the_guide_has_every_operation_and_no_others) {
  std::ifstream file{SOURCE_DIR "/docs/API.md"};
  std::stringstream text;
  text << file.rdbuf();
  const auto guide = text.str();
  BOOST_REQUIRE(!guide.empty());
  std::set<std::string> named;
  const std::regex call{R"(`((GET|POST|PUT|PATCH|DELETE) /[^`? ]*)[^`]*`)"};
  for (std::sregex_iterator at{guide.begin(), guide.end(), call}, end; at != end; ++at)
    named.insert((*at)[1]);
  BOOST_TEST(named == table_calls(), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
