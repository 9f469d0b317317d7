// What streams say, against its description in the OpenAPI document.
#include <boost/test/unit_test.hpp>

#include <map>
#include <string>
#include <vector>

#include "http/api/event_feed.hpp"
#include "http/api/openapi.hpp"
#include "http/api/operation.hpp"
#include "json/document.hpp"

using namespace bankslip;

BOOST_AUTO_TEST_SUITE(event_schema_test)

namespace {

using json::kind;
using json::value;

/// The keywords of JSON Schema that the document uses for events.
struct schema_check {
  value document;
  std::vector<std::string> faults{};

  value resolve(value schema) const {
    const auto ref = schema["$ref"].text();
    return ref.empty() ? schema : document["components"]["schemas"][ref.substr(ref.rfind('/') + 1)];
  }

  static bool is_of(value v, std::string_view type) {
    if (type == "integer")
      return v.integer().has_value();
    const std::map<std::string_view, kind> kinds{
        {"object", kind::object},   {"array", kind::array}, {"string", kind::text},
        {"boolean", kind::boolean}, {"null", kind::null},   {"number", kind::number}};
    const auto found = kinds.find(type);
    return found != kinds.end() && v.is(found->second);
  }

  static bool is_any_of(value v, value types) {
    if (types.is(kind::text))
      return is_of(v, types.text());
    for (const auto type : types)
      if (is_of(v, type.text()))
        return true;
    return false;
  }

  void look(value v, value described, const std::string& where) {
    const auto schema = resolve(described);
    if (!schema)
      return faults.push_back(where + ": is not described");
    if (const auto types = schema["type"]; types && !is_any_of(v, types))
      return faults.push_back(where + ": is no " + std::string{types.json()});
    if (const auto words = schema["enum"]; words && !has(words, v))
      faults.push_back(where + ": is none of " + std::string{words.json()});
    for (const auto name : schema["required"])
      if (v.is(kind::object) && !v[name.text()])
        faults.push_back(where + ": lacks " + std::string{name.text()});
    for (const auto member : v) {
      const auto name = std::string{v.is(kind::array) ? "[]" : member.name()};
      auto inside = v.is(kind::array) ? schema["items"] : schema["properties"][member.name()];
      if (!inside && v.is(kind::object))
        inside = schema["additionalProperties"];
      look(member, inside, where + "." + name);
    }
  }

  static bool has(value words, value v) {
    for (const auto word : words)
      if (word.json() == v.json())
        return true;
    return false;
  }
};

/// What does not fit into the schema of this name.
std::string faults_of(const std::string& text, const std::string& schema) {
  const auto api = http::openapi_json(http::operations());
  const json::document described{api};
  const json::document said{text};
  BOOST_REQUIRE(said.fault() == "");
  schema_check check{described.root()};
  check.look(said.root(), described.root()["components"]["schemas"][schema], schema);
  std::string all;
  for (const auto& fault : check.faults)
    all += fault + "\n";
  return all;
}

/// A process in which everything is going on.
telemetry::process_figures busy() {
  telemetry::process_figures f;
  f.rates = {{"accepted", 1}, {"emailed", 2}, {"failed", 0}, {"generated", 2}};
  f.lanes = {{0, {7, 3, 1, 1}}, {1, {{}, 0, 0, 2}}};
  f.links["pool"] = {1, 2};
  f.queues["stores"] = 4;
  f.stage_us["boleto"] = 210;
  f.breakers["email"] = true;
  f.restarts["worker"] = 1;
  f.mail = {196, 200, "setting", 12'000};
  return f;
}

domain::upload_record upload(domain::upload_state state) {
  domain::upload_record u;
  u.upload_id = 17;
  u.state = state;
  return u;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_system_event_is_as_described) {
  domain::availability seen;
  seen.is_away({domain::dependency_kind::broker}, "no connection");
  seen.is_away({domain::dependency_kind::lane, 1}, "has not got on");
  const auto running = std::vector{upload(domain::upload_state::receiving)};
  BOOST_TEST(faults_of(http::system_event(busy(), running, seen).data, "System") == "");
  BOOST_TEST(faults_of(http::system_event(busy(), std::nullopt, seen).data, "System") == "");
  BOOST_TEST(faults_of(http::system_event({}, std::nullopt, seen).data, "System") == "");
}

BOOST_AUTO_TEST_CASE(a_lag_is_told_once_it_is_known_of_all_lanes) {
  const domain::availability seen;
  auto figures = busy();
  const auto lag = [&] {
    const auto event = http::system_event(figures, std::nullopt, seen);
    return std::string{json::document{event.data}.root()["lag"].json()};
  };
  BOOST_TEST(lag() == "null");
  figures.lanes[1].lag = 5;
  BOOST_TEST(lag() == "12");
  figures.lanes.clear();
  BOOST_TEST(lag() == "null");
}

BOOST_AUTO_TEST_CASE(the_events_of_an_upload_are_as_described) {
  for (auto state : {domain::upload_state::receiving, domain::upload_state::processing,
                     domain::upload_state::done, domain::upload_state::aborted}) {
    auto u = upload(state);
    if (state == domain::upload_state::aborted)
      u.failure = {"client_gone", "the client ended the upload"};
    BOOST_TEST(faults_of(http::upload_event(u).data, "Upload") == "");
  }
}

BOOST_AUTO_TEST_CASE(every_error_has_its_place_among_the_reasons_of_an_upload) {
  for (auto code :
       {domain::errc::invalid_input, domain::errc::broker_unavailable,
        domain::errc::database_unavailable, domain::errc::database_refused,
        domain::errc::transaction_conflict, domain::errc::overloaded, domain::errc::client_fatal,
        domain::errc::shutting_down, domain::errc::upload_aborted, domain::errc::internal}) {
    auto u = upload(domain::upload_state::aborted);
    u.failure = domain::failure_of(domain::make_error(code, "why"));
    BOOST_TEST(faults_of(http::upload_event(u).data, "Upload") == "");
  }
}

BOOST_AUTO_TEST_CASE(the_check_finds_what_does_not_fit) {
  BOOST_TEST(faults_of(R"({"status":"well","more":1})", "Health")
             == "Health.status: is none of [\"ok\", \"ready\"]\nHealth.more: is not described\n");
  BOOST_TEST(faults_of(R"({"reasons":[1],"status":"unavailable"})", "Unready")
             == "Unready.reasons.[]: is no \"string\"\n");
  BOOST_TEST(faults_of("{}", "Health") == "Health: lacks status\n");
}

BOOST_AUTO_TEST_SUITE_END()
