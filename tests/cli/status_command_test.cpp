#include <chrono>
#include <sstream>
#include <string>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "cli/event_follower.hpp"
#include "cli/progress_view.hpp"
#include "cli/status_command.hpp"
#include "cli/tail_command.hpp"
#include "http/api/dto.hpp"
#include "http/server/web_server.hpp"
#include "tests/http/api/api_fixture.hpp"

using namespace bankslip;
using namespace bankslip::http::fakes;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(status_command_test)

namespace {

domain::upload_record record(domain::upload_state state, std::int64_t emailed = 2) {
  domain::upload_record u;
  u.upload_id = 17;
  u.state = state;
  u.accepted = 3;
  u.rejected = 1;
  u.emailed = emailed;
  u.failed = 1;
  return u;
}

using state = domain::upload_state;

struct fixture : api_fixture {
  fixture() {
    status.url = "http://127.0.0.1:" + std::to_string(port());
    status.id = "17";
    show(record(state::done));
  }

  void show(const domain::upload_record& u) {
    w->with([&](world& x) { x.uploads = {u}; });
  }

  int run() { return cli::run_status(status, out, err); }

  cli::status_options status;
  std::ostringstream out;
  std::ostringstream err;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(the_status_command, fixture)

BOOST_AUTO_TEST_CASE(an_upload_is_shown_with_its_first_errors) {
  w->with([](world& x) {
    for (int i = 0; i < 9; ++i)
      x.problems.push_back({i, "d", "email", "email_syntax", "not, an address"});
  });
  BOOST_TEST(run() == 0);
  const auto text = out.str();
  BOOST_TEST(contains(text, "upload 17\n  rows              4\n"));
  BOOST_TEST(contains(text, "    row 0, email: not, an address\n"));
  BOOST_TEST(contains(text, "    row 4, email"));
  BOOST_TEST(!contains(text, "    row 5, email"));
  BOOST_TEST(contains(text, "  state             done\n"));
  BOOST_TEST(err.str() == "");
}

BOOST_AUTO_TEST_CASE(the_exit_status_tells_how_it_stands) {
  show(record(state::processing));
  BOOST_TEST(run() == cli::exit_under_way);
  show(record(state::aborted));
  BOOST_TEST(run() == 1);
  status.id = "18";
  BOOST_TEST(run() == 1);
  BOOST_TEST(err.str() == "bankslip status: the server answered 404: Upload not found\n");
}

BOOST_AUTO_TEST_CASE(an_aborted_upload_is_told_with_its_reason) {
  auto u = record(state::aborted);
  u.failure = {"client_gone", "the client went\naway"};
  w->with([&](world& x) { x.uploads = {u}; });
  BOOST_TEST(run() == 1);
  BOOST_TEST(contains(out.str(), "  state             aborted\n"
                                 "  because           the client went away\n"));
  status.id.clear();
  out.str("");
  BOOST_TEST(run() == 0);
  BOOST_TEST(contains(out.str(), "Z  client_gone\n"));
}

BOOST_AUTO_TEST_CASE(for_programs_it_is_what_the_server_says) {
  status.json = true;
  BOOST_TEST(run() == 0);
  BOOST_TEST(out.str() == http::upload_json(record(state::done)) + "\n");
}

BOOST_AUTO_TEST_CASE(without_an_id_the_newest_are_listed) {
  status.id.clear();
  BOOST_TEST(run() == 0);
  BOOST_TEST(
      contains(out.str(), "e-mailed duplicates  conflicts     failed   in doubt  created\n"));
  BOOST_TEST(contains(out.str(), "\n17      done                  3          1          2 "));
  status.json = true;
  out.str("");
  BOOST_TEST(run() == 0);
  BOOST_TEST(out.str() == http::uploads_json({record(state::done)}) + "\n");
}

BOOST_AUTO_TEST_CASE(an_upload_is_followed_to_its_end) {
  status.follow = status.json = true;
  show(record(state::processing, 1));
  std::thread server{[this] {
    w->eventually([](world& x) { return x.watched >= 1; });
    show(record(state::done));
  }};
  BOOST_TEST(run() == 0);
  server.join();
  BOOST_TEST(out.str()
             == http::upload_json(record(state::processing, 1)) + "\n"
                    + http::upload_json(record(state::done)) + "\n");
}

BOOST_AUTO_TEST_CASE(following_survives_a_restart_of_the_server) {
  status.follow = true;
  show(record(state::processing, 1));
  options.listen.port = port();
  std::thread server{[this] {
    w->eventually([](world& x) { return x.watched >= 1; });
    api.reset();
    show(record(state::done));
    port();
  }};
  BOOST_TEST(run() == 0);
  server.join();
  BOOST_TEST(contains(err.str(), "bankslip status: "));
  BOOST_TEST(contains(err.str(), ", connecting again\n"));
  BOOST_TEST(contains(out.str(), "  state             done\n"));
}

BOOST_AUTO_TEST_CASE(a_server_that_was_never_there_is_not_waited_for) {
  status.follow = true;
  api.reset();
  BOOST_TEST(run() == 1);
  BOOST_TEST(err.str() == "bankslip status: cannot connect to " + status.url + "\n");
}

BOOST_AUTO_TEST_CASE(the_system_is_followed_line_by_line) {
  show(record(state::processing));
  int events = 0;
  BOOST_TEST(cli::run_tail(status, out, err, [&] { return ++events < 1; }) == 0);
  BOOST_TEST(contains(out.str(), "  the server runs since "));
  BOOST_TEST(contains(out.str(), "  upload 17 is under way\n"));
  BOOST_TEST(contains(out.str(), "  upload 17 100 %\n"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(the_key_goes_into_the_header_and_nowhere_else) {
  std::string seen;
  http::router routes;
  routes.add("GET", "/uploads/17", [&](http::exchange& x) {
    seen = std::string{x.request.find_header("Authorization").value_or("")};
    x.response.status = 401;
    x.response.body = R"({"detail":"this key is not known"})";
  });
  http::web_server_options options;
  options.listen.port = 0;
  options.refuse = [](http::response&, int, std::string_view) {};
  const auto server = http::start_web_server(std::move(options), std::move(routes));
  BOOST_REQUIRE(server);
  cli::status_options status;
  status.url = "http://127.0.0.1:" + std::to_string((*server)->port());
  status.id = "17";
  status.key = "s3cret";
  std::ostringstream out, err;
  BOOST_TEST(cli::run_status(status, out, err) == 1);
  BOOST_TEST(seen == "Bearer s3cret");
  BOOST_TEST(err.str() == "bankslip status: the server answered 401: this key is not known\n");
  BOOST_TEST(out.str() == "");
}

BOOST_AUTO_TEST_CASE(rate_and_time_left_come_from_the_last_seconds) {
  cli::progress_pace pace;
  cli::upload_progress_view v;
  v.taken = true;
  v.status.accepted = 10'000;
  const auto look = [&](double at, std::int64_t emailed) {
    v.since_start = std::chrono::duration<double>{at};
    v.status.emailed = emailed;
    pace.measure(v);
  };
  look(0, 0);
  BOOST_TEST(!v.left);
  // Nothing was known of it before.
  v.status.upload_id = 17;
  look(0.1, 500);
  BOOST_TEST(v.rows_per_second == 0);
  // A slow beginning is forgotten.
  for (int second = 1; second <= 10; ++second)
    look(second, 0);
  for (int second = 11; second <= 15; ++second)
    look(second, 1000 * (second - 10));
  BOOST_TEST(v.rows_per_second == 1000);
  BOOST_REQUIRE(v.left.has_value());
  BOOST_TEST(v.left->count() == 5);
  BOOST_TEST(cli::progress_line(v)
             == "processing 50 %  accepted 10000  generated 0  e-mailed 5000  failed 0  "
                "1000 rows/s  0:05 left");
  look(16, 10'000);
  BOOST_TEST(!v.left);
}

BOOST_AUTO_TEST_SUITE_END()
