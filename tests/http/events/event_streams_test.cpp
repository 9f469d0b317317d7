#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

#include "http/events/event_hub.hpp"
#include "telemetry/metrics.hpp"

using namespace bankslip;
using namespace bankslip::http;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(event_streams_test)

namespace {

/// The client's end of a stream.
struct client {
  client() {
    std::array<int, 2> ends{};
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
    mine = ends[0];
    served = ends[1];
  }
  ~client() { close(); }
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  void close() {
    if (mine >= 0)
      ::close(std::exchange(mine, -1));
  }

  /// What has arrived.
  std::string take() {
    std::string out;
    std::array<char, 4096> buffer{};
    for (ssize_t n; (n = ::recv(mine, buffer.data(), buffer.size(), MSG_DONTWAIT)) > 0;)
      out.append(buffer.data(), static_cast<std::size_t>(n));
    return out;
  }

  /// What comes until the server closes, or five seconds without a byte.
  std::string take_all() {
    std::string out;
    std::array<char, 4096> buffer{};
    timeval patience{5, 0};
    ::setsockopt(mine, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    for (ssize_t n; (n = ::recv(mine, buffer.data(), buffer.size(), 0)) > 0;)
      out.append(buffer.data(), static_cast<std::size_t>(n));
    return out;
  }

  bool closed() {
    char byte = 0;
    return ::recv(mine, &byte, 1, MSG_DONTWAIT) == 0;
  }

  int mine = -1;
  int served = -1;
};

std::string text_of(const event_state& state) {
  std::string out;
  append_events(out, state);
  return out;
}

const event_state one{"progress", R"({"accepted":1})"};
const event_state two{"progress", R"({"accepted":2})"};
const event_state last{"progress", R"({"accepted":3})", "done"};
const std::string greeting = "retry: 2000\n\n";

struct fixture {
  fixture() {
    options.now = [this] { return now; };
    options.ask = [this](auto topics) { asked.push_back(std::move(topics)); };
  }

  event_streams& streams() {
    if (!made)
      made = std::make_unique<event_streams>(options);
    return *made;
  }

  void add(client& c, event_topic topic = 7, const event_state& first = one) {
    streams().add(c.served, topic, first, {});
  }
  void turn() { streams().turn(0ms); }
  void pass(std::chrono::milliseconds span) {
    now += span;
    turn();
  }
  void answer(const event_state& state, event_topic topic = 7) {
    streams().show(topic, state);
    streams().answered();
  }

  std::chrono::steady_clock::time_point now{1h};
  std::vector<std::vector<event_topic>> asked;
  event_stream_options options;
  std::unique_ptr<event_streams> made;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(the_streams, fixture)

BOOST_AUTO_TEST_CASE(a_stream_begins_with_the_present_state) {
  client c;
  add(c);
  BOOST_TEST(c.take() == greeting + text_of(one));
}

BOOST_AUTO_TEST_CASE(a_new_state_goes_to_all_who_watch_it_and_an_old_one_to_nobody) {
  client a;
  client b;
  client other;
  add(a);
  add(b);
  add(other, 8);
  for (auto* c : {&a, &b, &other})
    c->take();
  answer(one);
  BOOST_TEST(a.take() == "");
  answer(two);
  BOOST_TEST(a.take() == text_of(two));
  BOOST_TEST(b.take() == text_of(two));
  BOOST_TEST(other.take() == "");
}

BOOST_AUTO_TEST_CASE(all_topics_are_asked_for_at_once_and_at_most_four_times_a_second) {
  client a;
  client b;
  client c;
  add(a, 7);
  add(b, 7);
  add(c, system_topic);
  turn();
  BOOST_TEST(asked.empty());
  pass(250ms);
  BOOST_REQUIRE(asked.size() == 1u);
  BOOST_TEST((asked[0] == std::vector<event_topic>{system_topic, 7}));
  // Not before the answer.
  pass(10s);
  BOOST_TEST(asked.size() == 1u);
  answer(two);
  turn();
  BOOST_TEST(asked.size() == 2u);
}

BOOST_AUTO_TEST_CASE(while_nothing_changes_it_is_asked_once_a_second) {
  client c;
  add(c);
  pass(250ms);
  answer(one);
  pass(999ms);
  BOOST_TEST(asked.size() == 1u);
  pass(1ms);
  BOOST_TEST(asked.size() == 2u);
}

BOOST_AUTO_TEST_CASE(nothing_is_asked_while_nobody_watches) {
  pass(10s);
  client c;
  add(c);
  c.close();
  turn();
  BOOST_TEST(streams().size() == 0u);
  pass(10s);
  BOOST_TEST(asked.empty());
}

BOOST_AUTO_TEST_CASE(the_last_state_ends_its_streams_and_is_asked_for_no_more) {
  client c;
  add(c);
  c.take();
  pass(250ms);
  answer(last);
  turn();
  BOOST_TEST(c.take() == text_of(last));
  BOOST_TEST(c.closed());
  pass(10s);
  BOOST_TEST(asked.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_stream_may_begin_with_the_last_state) {
  client c;
  add(c, 7, last);
  turn();
  BOOST_TEST(c.take() == greeting + text_of(last));
  BOOST_TEST(c.closed());
}

// It was asked before the other stream was opened.
BOOST_AUTO_TEST_CASE(an_answer_that_is_too_late_does_not_undo_the_last_state) {
  client early;
  add(early);
  early.take();
  pass(250ms);
  client late;
  add(late, 7, last);
  answer(two);
  turn();
  BOOST_TEST(late.take() == greeting + text_of(last));
  BOOST_TEST(late.closed());
  BOOST_TEST(early.take() == text_of(two));
}

BOOST_AUTO_TEST_CASE(a_quiet_stream_gets_a_comment_every_fifteen_seconds) {
  client c;
  add(c);
  c.take();
  pass(14'999ms);
  BOOST_TEST(c.take() == "");
  pass(1ms);
  BOOST_TEST(c.take() == ":\n\n");
  pass(15s);
  BOOST_TEST(c.take() == ":\n\n");
}

BOOST_AUTO_TEST_CASE(a_client_that_has_gone_is_noticed) {
  client c;
  auto place = std::make_shared<int>();
  streams().add(c.served, 7, one, place);
  BOOST_TEST(place.use_count() == 2);
  c.close();
  turn();
  BOOST_TEST(streams().size() == 0u);
  BOOST_TEST(place.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(a_stream_that_may_not_stay_is_closed_within_fifteen_seconds) {
  client a;
  client b;
  bool welcome = true;
  streams().add(a.served, 7, one, {}, [&] { return welcome; });
  add(b);
  pass(15s);
  BOOST_TEST(streams().size() == 2u);
  welcome = false;
  pass(14'999ms);
  BOOST_TEST(streams().size() == 2u);
  pass(1ms);
  a.take();
  BOOST_TEST(a.closed());
  BOOST_TEST(streams().size() == 1u);
}

struct slow_fixture : fixture {
  /// A state that no kernel takes whole.
  event_state large(char c) { return {"progress", std::string(8 << 20, c)}; }
};

BOOST_FIXTURE_TEST_CASE(a_client_that_does_not_read_is_dropped_after_ten_seconds, slow_fixture) {
  client c;
  add(c, 7, large('a'));
  pass(9'999ms);
  BOOST_TEST(streams().size() == 1u);
  pass(1ms);
  BOOST_TEST(streams().size() == 0u);
  BOOST_TEST(telemetry::render_metrics().find("bankslip_event_streams_dropped_total 1\n")
             != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_slow_client_is_spared_old_states_but_never_the_last_one, slow_fixture) {
  client c;
  add(c, 7, large('a'));
  answer(large('b'));
  answer(large('c'));
  answer(last);
  // Asked for before the end, and answered after it.
  answer(one);
  std::string all;
  while (streams().size() > 0) {
    pass(100ms);
    all += c.take();
  }
  all += c.take();
  BOOST_TEST((all == greeting + text_of(large('a')) + text_of(last)));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(the_hub_serves_streams_until_it_is_stopped) {
  event_hub_options options;
  options.streams.busy_interval = 1ms;
  std::vector<event_topic> asked;
  options.ask = [&](auto topics, auto answer) {
    asked = topics;
    answer({{7, last}});
  };
  event_hub hub{std::move(options)};
  client c;
  hub.add(c.served, 7, one, hub.reserve());
  BOOST_TEST(c.take_all() == greeting + text_of(one) + text_of(last));
  hub.stop();
  hub.stop();
  BOOST_TEST((asked == std::vector<event_topic>{7}));
}

BOOST_AUTO_TEST_CASE(a_stopped_hub_closes_its_streams) {
  event_hub_options options;
  options.ask = [](auto, auto) {};
  event_hub hub{std::move(options)};
  client c;
  hub.add(c.served, 7, one, hub.reserve());
  hub.stop();
  BOOST_TEST(c.take_all() == greeting + text_of(one));
}

BOOST_AUTO_TEST_CASE(places_are_bounded_and_given_back) {
  event_hub_options options;
  options.max_streams = 2;
  options.ask = [](auto, auto) {};
  event_hub hub{std::move(options)};
  auto first = hub.reserve();
  const auto second = hub.reserve();
  BOOST_TEST((first && second));
  BOOST_TEST(!hub.reserve());
  first.reset();
  BOOST_TEST((hub.reserve() != nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
