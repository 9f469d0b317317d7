#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>

#include "http/api/dto.hpp"
#include "http/api/event_feed.hpp"
#include "tests/http/api/api_fixture.hpp"
#include "json/document.hpp"

using namespace bankslip;
using namespace bankslip::http;
using namespace bankslip::http::fakes;

BOOST_AUTO_TEST_SUITE(events_api_test)

namespace {

domain::upload_record record(domain::upload_state state, std::int64_t emailed = 0) {
  domain::upload_record u;
  u.upload_id = 17;
  u.state = state;
  u.accepted = 3;
  u.emailed = emailed;
  return u;
}

struct fixture : api_fixture {
  fixture() { show(record(domain::upload_state::processing)); }

  void show(const domain::upload_record& u) {
    w->with([&](world& x) { x.uploads = {u}; });
  }

  static std::string request(const std::string& path, const std::string& headers = {},
                             const std::string& method = "GET",
                             const std::string& version = "1.1") {
    return method + " " + path + " HTTP/" + version + "\r\nHost: x\r\n" + headers + "\r\n";
  }

  static std::string events(const event_state& state) {
    std::string out;
    append_events(out, state);
    return out;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(events_api, fixture)

BOOST_AUTO_TEST_CASE(an_upload_is_followed_to_its_end_and_the_connection_closed) {
  auto c = connect();
  c.send(request("/uploads/17/events"));
  const auto now = record(domain::upload_state::processing);
  const auto begin = c.read_until("\ndata: " + upload_json(now) + "\n\n");
  BOOST_TEST(begin.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"));
  BOOST_TEST(contains(begin, "\r\nX-Accel-Buffering: no\r\n"));
  BOOST_TEST(
      contains(begin, "\r\nConnection: close\r\n\r\nretry: 2000\n\n" + events(upload_event(now))));
  BOOST_TEST(!contains(begin, "Content-Length"));
  BOOST_TEST(!contains(begin, "Transfer-Encoding"));
  const auto half = record(domain::upload_state::processing, 2);
  show(half);
  BOOST_TEST(c.read_until("\n\n") == events(upload_event(half)));
  const auto done = record(domain::upload_state::done, 3);
  show(done);
  const auto end = c.read_all();
  BOOST_TEST(end == events(upload_event(done)));
  BOOST_TEST(contains(end, "\nevent: done\ndata: " + upload_json(done) + "\n\n"));
}

BOOST_AUTO_TEST_CASE(an_aborted_upload_is_done_too) {
  show(record(domain::upload_state::aborted));
  BOOST_TEST(contains(exchange(request("/uploads/17/events")), "\nevent: done\n"));
}

BOOST_AUTO_TEST_CASE(a_client_of_http_1_0_gets_the_same_stream) {
  show(record(domain::upload_state::done));
  const auto answer = exchange(request("/uploads/17/events", "", "GET", "1.0"));
  BOOST_TEST(answer.ends_with(events(upload_event(record(domain::upload_state::done)))));
}

BOOST_AUTO_TEST_CASE(head_has_the_headers_and_no_stream) {
  const auto answer = exchange(request("/uploads/17/events", "", "HEAD"));
  BOOST_TEST(answer.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"));
  BOOST_TEST(answer.ends_with("\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(who_connects_again_gets_the_present_state_first) {
  auto c = connect();
  const auto now = upload_event(record(domain::upload_state::processing));
  c.send(request("/uploads/17/events", "Last-Event-ID: " + last_event_id(now) + "\r\n"));
  BOOST_TEST(c.read_until("\"}\n\n").ends_with("retry: 2000\n\n" + events(now)));
}

// An EventSource connects again until it gets a 204.
BOOST_AUTO_TEST_CASE(who_has_seen_the_end_is_told_not_to_connect_again) {
  const auto done = record(domain::upload_state::done, 3);
  show(done);
  const auto end = upload_event(done);
  const auto answer = exchange(request(
      "/uploads/17/events", "Connection: close\r\nLast-Event-ID: " + last_event_id(end) + "\r\n"));
  BOOST_TEST(answer.starts_with("HTTP/1.1 204 No Content\r\n"));
  BOOST_TEST(!contains(answer, "Content-Length"));
  // The connection broke between the last progress and the end.
  BOOST_TEST(contains(exchange(request("/uploads/17/events",
                                       "Last-Event-ID: " + event_id(end.name, end.data) + "\r\n")),
                      "\nevent: done\n"));
}

BOOST_AUTO_TEST_CASE(an_unknown_upload_is_no_stream) {
  for (const auto* path : {"/uploads/18/events", "/uploads/x/events", "/uploads/0/events"})
    BOOST_TEST(exchange(request(path, "Connection: close\r\n")).starts_with("HTTP/1.1 404 "));
}

BOOST_AUTO_TEST_CASE(streams_beyond_the_cap_are_refused_until_one_ends) {
  options.max_streams = 1;
  auto c = connect();
  c.send(request("/events"));
  c.read_until("\n\nid: ");
  const auto refused = exchange(request("/events", "Connection: close\r\n"));
  BOOST_TEST(refused.starts_with("HTTP/1.1 503 "));
  BOOST_TEST(contains(refused, "\r\nRetry-After: "));
  c.close();
  auto again = connect();
  std::string answer;
  do {
    again.send(request("/events"));
    answer = again.read_until("\r\n\r\n");
  } while (answer.starts_with("HTTP/1.1 503 "));
  BOOST_TEST(answer.starts_with("HTTP/1.1 200 "));
}

// One thread more than there would be without streams must be free.
BOOST_AUTO_TEST_CASE(open_streams_hold_no_thread_of_the_api) {
  options.threads = 4;
  std::vector<std::unique_ptr<raw_client>> streams;
  for (int i = 0; i < 20; ++i) {
    streams.push_back(std::make_unique<raw_client>(port()));
    streams.back()->send(request("/events"));
    streams.back()->read_until("event: system\n");
  }
  BOOST_TEST(
      exchange(request("/uploads/17", "Connection: close\r\n")).starts_with("HTTP/1.1 200 "));
}

BOOST_AUTO_TEST_CASE(the_stop_of_the_server_ends_the_streams) {
  auto c = connect();
  c.send(request("/events"));
  c.read_until("\"uploads\":[");
  api->stop();
  BOOST_TEST(c.await_end());
}

BOOST_AUTO_TEST_CASE(the_system_shows_running_uploads_and_what_is_away) {
  auto seen = std::make_shared<domain::availability>();
  seen->is_away({domain::dependency_kind::email_service}, "no connection");
  options.seen = seen;
  auto c = connect();
  c.send(request("/events"));
  auto text = c.read_until("}\n\n");
  text = text.substr(text.find("\ndata: ") + 7);
  text.resize(text.size() - 2);
  const json::document d{text};
  BOOST_REQUIRE(d.fault() == "");
  const auto root = d.root();
  BOOST_TEST(root["uploads"].json() == uploads_json({record(domain::upload_state::processing)}));
  BOOST_TEST(root["away"].json() == R"([{"dependency":"email","reason":"no connection"}])");
  for (const auto* name : {"accepted", "generated", "emailed", "failed"})
    BOOST_TEST(root["rates"][name].is(json::kind::number));
  BOOST_TEST(root["links"]["chunks"]["credit"].is(json::kind::number));
  BOOST_TEST(root["breakers"]["email"].is(json::kind::boolean));
  BOOST_TEST(root["restarts"]["worker"].is(json::kind::number));
  BOOST_TEST(root["lanes"].is(json::kind::array));
  BOOST_TEST(root["workers"].is(json::kind::array));
  show(record(domain::upload_state::done));
  BOOST_TEST(contains(c.read_until("\"uploads\":[]}\n\n"), "event: system\n"));
}

// An operator watches just then.
BOOST_AUTO_TEST_CASE(the_system_is_shown_while_the_database_is_away) {
  w->with([](world& x) {
    x.front_error = domain::make_error(domain::errc::database_unavailable, "away");
  });
  auto c = connect();
  c.send(request("/events"));
  c.read_until("\"uploads\":null}\n\n");
  BOOST_TEST(exchange(request("/uploads/17/events", "Connection: close\r\n"))
                 .starts_with("HTTP/1.1 503 "));
}

BOOST_AUTO_TEST_CASE(a_watched_system_is_asked_for_again) {
  auto c = connect();
  c.send(request("/events"));
  c.read_until("event: system\n");
  // The one of the beginning, and at least one more.
  BOOST_TEST(w->eventually([](world& x) { return x.watched >= 2; }));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
