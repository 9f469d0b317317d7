#include <boost/test/unit_test.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/harness/client.hpp"
#include "tests/e2e/harness/server_process.hpp"
#include "tests/e2e/harness/stack.hpp"
#include "tests/e2e/harness/wait.hpp"
#include "tests/http/server/raw_client.hpp"

using namespace bankslip::e2e;
using bankslip::http::fakes::raw_client;

BOOST_AUTO_TEST_SUITE(events_e2e)

namespace {

std::string request(const std::string& path, const std::string& headers = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
}

/// An open stream that has shown its first event.
std::unique_ptr<raw_client> open_stream(int port, const std::string& path) {
  auto stream = std::make_unique<raw_client>(port);
  stream->send(request(path));
  BOOST_TEST(stream->read_until("\ndata: ").starts_with("HTTP/1.1 200 "));
  return stream;
}

std::int64_t threads_of(pid_t pid) {
  const std::filesystem::directory_iterator tasks{"/proc/" + std::to_string(pid) + "/task"};
  return std::distance(begin(tasks), end(tasks));
}

/// Times a hundred requests, one after another.
std::chrono::duration<double> time_of_requests(int port) {
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i)
    BOOST_TEST(get(port, "/healthz").status == 200);
  return std::chrono::steady_clock::now() - began;
}

std::int64_t resident_bytes(pid_t pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/statm"};
  std::int64_t whole = 0, resident = 0;
  file >> whole >> resident;
  return resident * 4096;
}

/// The value of the last line "name: …".
std::string last_field(const std::string& events, const std::string& name) {
  const auto at = events.rfind("\n" + name + ": ");
  BOOST_REQUIRE(at != std::string::npos);
  const auto begin = at + name.size() + 3;
  return events.substr(begin, events.find('\n', begin) - begin);
}

} // namespace

BOOST_AUTO_TEST_CASE(an_upload_is_followed_through_a_restart_of_the_server_to_its_end) {
  own_stack stack;
  // Nobody takes its e-mails, so it is not done before the restart.
  auto server =
      std::make_unique<server_process>(stack, environment{{"EMAIL_URL", "http://127.0.0.1:1"}});
  const auto port = server->ready().port();
  const auto id = member(upload(port, csv_file("ev", 0, 50)).body, "upload_id");
  const auto path = "/uploads/" + id + "/events";
  raw_client before{port};
  before.send(request(path));
  auto seen = before.read_until("\"processing\"");
  server->kill();
  seen += before.read_all();
  BOOST_TEST(seen.find("event: done") == std::string::npos);
  server =
      std::make_unique<server_process>(stack, environment{{"SERVER_PORT", std::to_string(port)}});
  raw_client after{port};
  after.send(request(path, "Last-Event-ID: " + last_field(seen, "id") + "\r\n"));
  std::string rest;
  // Kafka's group gives the partitions of the dead away after ten seconds.
  wait_until("the end of the upload", [&] {
    rest += after.read_until("event: done");
    return rest.find("event: done") != std::string::npos;
  });
  rest += after.read_all();
  BOOST_TEST(last_field(rest, "event") == "done");
  BOOST_TEST(last_field(rest, "data") == get(port, "/uploads/" + id).body);
  BOOST_TEST(number(last_field(rest, "data"), "emailed") == 50);
  // Who has seen that is told to stay away.
  raw_client again{port};
  again.send(
      request(path, "Connection: close\r\nLast-Event-ID: " + last_field(rest, "id") + "\r\n"));
  BOOST_TEST(again.read_all().starts_with("HTTP/1.1 204 "));
  const auto followed = run_program(
      {"status", id, "--follow", "--json", "--url", "http://127.0.0.1:" + std::to_string(port)},
      {});
  BOOST_TEST(followed.status == 0);
  BOOST_TEST(followed.output == last_field(rest, "data") + "\n");
}

BOOST_AUTO_TEST_CASE(five_hundred_idle_streams_cost_little_and_the_next_one_is_refused) {
  own_stack stack;
  server_process server{stack, {{"MAX_STREAMS", "500"}, {"HTTP_THREADS", "8"}}};
  const auto port = server.ready().port();
  const auto id = member(upload(port, csv_file("idle", 0, 20)).body, "upload_id");
  finished_upload(port, id);
  std::vector<std::unique_ptr<raw_client>> streams;
  // What the first one costs is there once.
  streams.push_back(open_stream(port, "/events"));
  const auto alone = time_of_requests(port);
  const auto threads = threads_of(server.pid());
  const auto before = resident_bytes(server.pid());
  while (streams.size() < 500)
    streams.push_back(open_stream(port, "/events"));
  const auto cost = resident_bytes(server.pid()) - before;
  BOOST_TEST_MESSAGE("499 streams: " << cost / 1024 << " KiB");
  BOOST_TEST(cost < 20 << 20);
  BOOST_TEST(server.metric("bankslip_event_streams") == 500);
  const auto refused = get(port, "/events");
  BOOST_TEST(refused.status == 503);
  BOOST_TEST(refused.headers.contains("Retry-After"));
  // None of the streams has a thread.
  BOOST_TEST(threads_of(server.pid()) <= threads + 8);
  const auto beside = time_of_requests(port);
  BOOST_TEST_MESSAGE("100 requests: " << alone.count() << " s, beside the streams "
                                      << beside.count() << " s");
  // A busy machine is allowed for; streams that held the eight threads would cost far more.
  BOOST_TEST(beside.count() < 4 * alone.count() + 1);
  streams.clear();
  wait_until("the end of all streams",
             [&] { return server.metric("bankslip_event_streams") == 0; });
  BOOST_TEST(server.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_client_that_does_not_read_is_cut_off_while_others_go_on) {
  own_stack stack;
  server_process server{stack};
  const auto port = server.ready().port();
  const auto slow = open_stream(port, "/events");
  // Each post changes the rates, so that there is always something to send.
  std::int64_t n = 0;
  wait_until("the slow client is dropped", [&] {
    post(port, "/bankslip", debt_json("slow", n++));
    return server.metric("bankslip_event_streams_dropped_total") == 1;
  });
  BOOST_TEST(server.metric("bankslip_event_streams") == 0);
  open_stream(port, "/events");
}

BOOST_AUTO_TEST_CASE(a_stop_ends_open_streams_in_order) {
  own_stack stack;
  server_process server{stack};
  const auto stream = open_stream(server.ready().port(), "/events");
  BOOST_TEST(server.stop() == 0);
  BOOST_TEST(stream->await_end());
}

// The script is made of the commands themselves; this is that it knows all of them.
BOOST_AUTO_TEST_CASE(the_completion_knows_every_command_of_the_help) {
  const auto help = run_program({"--help"}, {}).output;
  const auto script = run_program({"completion", "bash"}, {}).output;
  const auto begin = help.find("SUBCOMMANDS:");
  const auto list = help.substr(begin != std::string::npos ? begin : help.find("Subcommands:"));
  int known = 0;
  for (std::size_t at = list.find("\n  "); at != std::string::npos;
       at = list.find("\n  ", at + 1)) {
    const auto name = list.substr(at + 3, list.find(' ', at + 3) - at - 3);
    if (name.empty())
      continue;
    BOOST_TEST(script.find("\"" + name + "\") path=\"" + name + "\"") != std::string::npos, name);
    ++known;
  }
  BOOST_TEST(known >= 9);
}

BOOST_AUTO_TEST_SUITE_END()
