#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <caf/actor_system_config.hpp>
#include <caf/send.hpp>

#include "http/api/front_client.hpp"
#include "tests/http/api/fake_front.hpp"

using namespace bankslip;
using namespace bankslip::http;
using namespace std::chrono_literals;

namespace {

struct asking_fixture {
  asking_fixture() {
    w->with([](fakes::world& x) { x.debts["d"].content.debt_id = "d"; });
  }
  ~asking_fixture() { caf::anon_send_exit(finder, caf::exit_reason::user_shutdown); }

  auto find(const std::string& id, std::chrono::milliseconds timeout = 10s) {
    return client.ask<actors::debt_found>(finder, timeout, actors::find_debt{id});
  }

  caf::actor_system_config config;
  caf::actor_system system{config};
  fakes::world_ptr w = std::make_shared<fakes::world>();
  actors::finder_actor finder = fakes::spawn_finder(system, w);
  front_client client{system, {}, 10s};
};

} // namespace

BOOST_AUTO_TEST_SUITE(front_client_test)

BOOST_FIXTURE_TEST_CASE(an_answer_comes_back_as_value_or_error, asking_fixture) {
  BOOST_TEST(find("d")->stored.content.debt_id == "d");
  BOOST_TEST(domain::code_of(find("x").error()) == domain::errc::not_found);
}

BOOST_FIXTURE_TEST_CASE(who_is_not_answered_in_time_learns_that_and_may_ask_again, asking_fixture) {
  w->with([](fakes::world& x) { x.mute = true; });
  BOOST_TEST((find("d", 10ms).error() == caf::sec::request_timeout));
  w->with([](fakes::world& x) { x.mute = false; });
  BOOST_TEST(find("d")->stored.content.debt_id == "d");
}

// Some answers cross the time-out of who asked: they are taken, or they are nobody's.
BOOST_FIXTURE_TEST_CASE(an_answer_in_the_last_moment_is_never_another_ones, asking_fixture) {
  std::atomic<int> wrong{0};
  std::vector<std::thread> askers;
  for (int i = 0; i < 4; ++i)
    askers.emplace_back([&, known = i % 2 == 0] {
      for (int n = 0; n < 1'000; ++n) {
        const auto answer = find(known ? "d" : "x", std::chrono::milliseconds{n % 2});
        const auto late = !answer && answer.error() == caf::sec::request_timeout;
        const auto right =
            known ? answer && answer->stored.content.debt_id == "d"
                  : !answer && domain::code_of(answer.error()) == domain::errc::not_found;
        wrong += late || right ? 0 : 1;
      }
    });
  for (auto& asker : askers)
    asker.join();
  BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_SUITE_END()
