#include <atomic>
#include <string>
#include <thread>

#include <boost/test/unit_test.hpp>
#include <rapidjson/document.h>

#include "telemetry/actor_board.hpp"
#include "telemetry/metrics.hpp"

using namespace bankslip::telemetry;

BOOST_AUTO_TEST_SUITE(board_test)

namespace {

rapidjson::Document board() {
  rapidjson::Document out;
  const auto text = render_actors();
  out.Parse<rapidjson::kParseValidateEncodingFlag>(text.c_str(), text.size());
  BOOST_REQUIRE_MESSAGE(!out.HasParseError() && out.HasMember("actors"), "not a board: " << text);
  return out;
}

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_CASE(actors_stand_on_the_board_while_they_live) {
  BOOST_TEST(render_actors() == R"({"actors":[]})");
  {
    actor_entry pool{"pool", "pool"};
    actor_entry worker{"worker", "worker-1", "pool"};
    worker.works_on("partition 3, offsets 100 to 1099");
    worker.queue_length(2);
    worker.credit(1);
    worker.restarts(4);
    const auto shown = board();
    const auto& lines = shown["actors"];
    BOOST_REQUIRE_EQUAL(lines.Size(), 2u);
    BOOST_TEST(std::string{lines[0]["kind"].GetString()} == "pool");
    BOOST_TEST(std::string{lines[0]["parent"].GetString()} == "");
    BOOST_TEST(std::string{lines[1]["id"].GetString()} == "worker-1");
    BOOST_TEST(std::string{lines[1]["parent"].GetString()} == "pool");
    BOOST_TEST(std::string{lines[1]["works_on"].GetString()} == "partition 3, offsets 100 to 1099");
    BOOST_TEST(lines[1]["queue_length"].GetInt64() == 2);
    BOOST_TEST(lines[1]["credit"].GetInt64() == 1);
    BOOST_TEST(lines[1]["restarts"].GetInt64() == 4);
    BOOST_TEST(std::string{lines[1]["alive_since"].GetString()}.size()
               == std::string{"2026-01-31T12:34:56.123456Z"}.size());
    BOOST_TEST(has_line(render_metrics(), R"(bankslip_actors{kind="worker"} 1)"));
  }
  BOOST_TEST(render_actors() == R"({"actors":[]})");
  BOOST_TEST(has_line(render_metrics(), R"(bankslip_actors{kind="worker"} 0)"));
}

BOOST_AUTO_TEST_CASE(a_moved_entry_keeps_its_one_line) {
  actor_entry first{"parser", "1"};
  actor_entry second{std::move(first)};
  BOOST_TEST(board()["actors"].Size() == 1u);
  second = actor_entry{"parser", "2"};
  const auto shown = board();
  BOOST_REQUIRE_EQUAL(shown["actors"].Size(), 1u);
  BOOST_TEST(std::string{shown["actors"][0]["id"].GetString()} == "2");
}

BOOST_AUTO_TEST_CASE(hostile_text_stays_inside_its_string) {
  actor_entry entry{"chunk", "\"},{\"kind\":\"x"};
  entry.works_on("\xFF\"\n\\");
  const auto shown = board();
  BOOST_REQUIRE_EQUAL(shown["actors"].Size(), 1u);
  BOOST_TEST(std::string{shown["actors"][0]["id"].GetString()} == "\"},{\"kind\":\"x");
}

BOOST_AUTO_TEST_CASE(the_board_is_read_while_actors_come_and_go) {
  std::atomic<bool> done{false};
  std::thread actors{[&] {
    for (int i = 0; i < 2000; ++i) {
      actor_entry entry{"chunk", std::to_string(i)};
      entry.works_on("rows of chunk " + std::to_string(i));
      entry.queue_length(i);
    }
    done = true;
  }};
  do
    BOOST_TEST(board()["actors"].Size() <= 1u);
  while (!done);
  actors.join();
}

BOOST_AUTO_TEST_SUITE_END()
