#include <boost/test/unit_test.hpp>

#include <string>

#include "http/api/list_cursor.hpp"
#include "tests/http/api/api_fixture.hpp"

using namespace bankslip;
using namespace bankslip::http::fakes;

BOOST_AUTO_TEST_SUITE(lists_api_test)

namespace {

domain::stored_debt debt(std::string id, std::int64_t row) {
  domain::stored_debt d;
  d.content.debt_id = std::move(id);
  d.from = {17, row};
  d.status = domain::debt_status::failed;
  return d;
}

/// The text member `next` of an answer; empty: null.
std::string next_of(const std::string& json) {
  constexpr std::string_view name = R"("next":")";
  const auto at = json.find(name);
  return at == std::string::npos
             ? ""
             : json.substr(at + name.size(), json.rfind('"') - at - name.size());
}

/// A topic of dead letters with one page.
struct one_page final : domain::dead_letter_log {
  caf::expected<domain::dead_letter_page> read(int limit,
                                               const domain::dead_letter_position& at) override {
    asked = limit;
    before = at;
    return page;
  }
  int asked = 0;
  domain::dead_letter_position before;
  domain::dead_letter_page page{"t.dlq", {}, {}};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(lists_api, api_fixture)

BOOST_AUTO_TEST_CASE(a_list_is_asked_for_by_its_conditions_and_goes_on_where_it_ended) {
  w->with([](world& x) {
    x.pages[0] = {{debt("b", 4), debt("a", 5)}, domain::list_position{5, "a"}};
    x.pages[5] = {{debt("c", 9)}, std::nullopt};
  });
  const std::string path = "/bankslips?status=failed&upload_id=17&due_from=2030-01-01"
                           "&due_to=2030-01-31&limit=2&email=&government_id=";
  const auto first = client().Get(path);
  BOOST_TEST(first->status == 200);
  BOOST_TEST(contains(first->body, R"({"bankslips":[{"name":"")"));
  const auto next = next_of(first->body);
  BOOST_REQUIRE(!next.empty());
  const auto second = client().Get(path + "&after=" + next);
  BOOST_TEST(contains(second->body, R"("debt_id":"c")"));
  BOOST_TEST(second->body.ends_with(R"(,"next":null})"));
  const auto asked = w->debt_lists;
  BOOST_REQUIRE(asked.size() == 2u);
  BOOST_TEST(asked[0].filter.status == domain::debt_status::failed);
  BOOST_TEST(asked[0].filter.upload_id == 17);
  BOOST_TEST((asked[0].filter.due_from == domain::parse_date("2030-01-01")));
  BOOST_TEST((asked[0].filter.due_to == domain::parse_date("2030-01-31")));
  BOOST_TEST(asked[0].filter.email.empty());
  BOOST_TEST(asked[0].limit == 2);
  BOOST_TEST((asked[1].after == domain::list_position{5, "a"}));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_served_is_refused_with_what_can) {
  for (const auto* query : {"status=sent", "upload_id=0", "upload_id=x", "due_from=31/01/2030",
                            "limit=0", "limit=501", "after=zz", "after=7", "name=Ana"}) {
    const auto answer = client().Get(std::string{"/bankslips?"} + query);
    BOOST_TEST(answer->status == 422, query);
    BOOST_TEST(contains(answer->body, R"("loc":["query")"));
  }
  w->with([](world& x) { x.list_takes_too_long = true; });
  BOOST_TEST(contains(client().Get("/bankslips?due_from=2030-01-01")->body, "not_served"));
  w->with([](world& x) { x.list_takes_too_long = false; });
  BOOST_TEST(contains(client().Get("/bankslips?name=Ana")->body, "government_id"));
  const auto span = client().Get("/bankslips?due_from=2030-02-01&due_to=2030-01-31");
  BOOST_TEST(span->status == 422);
  BOOST_TEST(contains(span->body, R"({"type":"date_order","loc":["query","due_from"])"));
  BOOST_TEST(contains(span->body, R"({"type":"date_order","loc":["query","due_to"])"));
  BOOST_TEST(client().Get("/bankslips?due_from=2030-01-31&due_to=2030-01-31")->status == 200);
  // A cursor of a list in another order.
  const auto cursor = http::debt_cursor(domain::list_order::by_id, {0, "a"});
  BOOST_TEST(client().Get("/bankslips?after=" + cursor)->status == 200);
  BOOST_TEST(client().Get("/bankslips?upload_id=1&after=" + cursor)->status == 422);
}

BOOST_AUTO_TEST_CASE(results_are_sent_page_by_page_and_no_cell_is_a_formula) {
  w->with([](world& x) {
    x.uploads.resize(1);
    x.uploads[0].upload_id = 17;
    auto mailed = debt("=cmd", 4);
    mailed.status = domain::debt_status::emailed;
    mailed.linha_digitavel = "00190";
    mailed.updated_on = domain::utc_time{};
    auto failed = debt("a", 5);
    failed.failure = "no such \"box\"";
    x.pages[0] = {{mailed}, domain::list_position{4, "=cmd"}};
    x.pages[4] = {{}, domain::list_position{5, ""}};
    x.pages[5] = {{failed}, std::nullopt};
  });
  const auto answer = client().Get("/uploads/17/results.csv");
  BOOST_TEST(contains(answer->get_header_value("Content-Type"), "text/csv"));
  BOOST_TEST(answer->body
             == "debt_id,status,bankslip_file,created_at,updated_on,failure,row\r\n"
                "'=cmd,emailed,00190,1970-01-01T00:00:00.000000Z,1970-01-01T00:00:00.000000Z,,4\r\n"
                "a,failed,,1970-01-01T00:00:00.000000Z,,\"no such \"\"box\"\"\",5\r\n");
  BOOST_TEST(client().Get("/uploads/18/results.csv")->status == 404);
}

BOOST_AUTO_TEST_CASE(all_pages_of_a_retried_upload_are_counted) {
  w->with([](world& x) {
    x.uploads.resize(1);
    x.uploads[0].upload_id = 17;
    x.retries[0] = {1000, domain::list_position{1200, "x"}};
    x.retries[1200] = {7, std::nullopt};
  });
  const auto answer = client().Post("/uploads/17/retry");
  BOOST_TEST(answer->status == 202);
  BOOST_TEST(answer->body == R"({"retried":1007})");
  BOOST_TEST(client().Post("/uploads/18/retry")->status == 404);
}

BOOST_AUTO_TEST_CASE(dead_letters_tell_what_happened_and_where) {
  const auto log = std::make_shared<one_page>();
  options.dead_letters = log;
  domain::dead_letter_record r;
  r.partition = 2;
  r.offset = 41;
  r.value = R"({"debt_id":"doc-7"})" + std::string(9000, ' ');
  r.value_bytes = 70'000;
  r.from = {17, 3};
  r.headers = {{"error.code", "slip_refused"}, {"error.text", "no"},
               {"error.stage", "boleto"},      {"attempts", "3"},
               {"origin.offset", "5"},         {"origin.partition", "x"}};
  log->page.records.push_back(r);
  r.value = "\xff not JSON";
  r.key = "from the key";
  r.from = {};
  r.headers.clear();
  log->page.records.push_back(r);
  log->page.next = {{0, 7}, {2, 41}};
  const auto answer = client().Get("/dead-letters");
  BOOST_TEST(answer->status == 200);
  BOOST_TEST(log->asked == 50);
  BOOST_TEST(contains(
      answer->body,
      R"({"topic":"t.dlq","partition":2,"offset":41,"published_at":"1970-01-01T00:00:00.000000Z",)"
      R"("debt_id":"doc-7","upload_id":"17","row":3,)"
      R"("error":{"code":"slip_refused","text":"no","stage":"boleto"},"attempts":3,)"
      R"("origin":{"partition":null,"offset":5},"value":")"));
  BOOST_TEST(contains(answer->body, R"("value_bytes":70000})"));
  BOOST_TEST(answer->body.size() < 6'000u);
  BOOST_TEST(contains(answer->body, R"("debt_id":"from the key","upload_id":null,"row":null)"));
  client().Get("/dead-letters?limit=7&after=" + next_of(answer->body));
  BOOST_TEST(log->asked == 7);
  BOOST_TEST((log->before == log->page.next));
  for (const auto* query : {"limit=101", "after=00", "after=", "partition=1"})
    BOOST_TEST(client().Get(std::string{"/dead-letters?"} + query)->status
               == (std::string_view{query} == "after=" ? 200 : 422));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
