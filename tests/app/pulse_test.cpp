#include "app/pulse.hpp"

#include <future>

#include <boost/test/unit_test.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

using namespace bankslip;
using namespace std::chrono_literals;

namespace {

using actors::pulsing_actor;

/// Begins its answer only when `gate` is open, as if stuck in a message before.
pulsing_actor::behavior_type patient(std::shared_future<void> gate) {
  return {[gate](actors::take_pulse) {
    gate.wait();
    return actors::pulse{};
  }};
}

struct fixture {
  ~fixture() {
    // Lets the stuck one go before the system waits for it.
    later.set_value();
    for (const auto& a : {living, stuck})
      caf::anon_send_exit(a, caf::exit_reason::user_shutdown);
  }

  std::promise<void> now, later;
  caf::actor_system_config config;
  caf::actor_system system{config};
  pulsing_actor living = system.spawn(patient, (now.set_value(), now.get_future().share()));
  pulsing_actor stuck = system.spawn(patient, later.get_future().share());
  caf::scoped_actor self{system};
};

} // namespace

BOOST_AUTO_TEST_SUITE(pulse_test)

BOOST_FIXTURE_TEST_CASE(actors_that_come_to_their_messages_have_a_pulse, fixture) {
  BOOST_TEST(app::has_pulse(*self, {living, living}, 10s));
}

BOOST_FIXTURE_TEST_CASE(one_that_is_stuck_in_a_message_takes_the_pulse_away, fixture) {
  BOOST_TEST(!app::has_pulse(*self, {living, stuck}, 50ms));
}

BOOST_FIXTURE_TEST_CASE(a_dead_one_has_none, fixture) {
  self->monitor(living);
  caf::anon_send_exit(living, caf::exit_reason::kill);
  self->receive([](const caf::down_msg&) {});
  BOOST_TEST(!app::has_pulse(*self, {living}, 10s));
}

BOOST_AUTO_TEST_SUITE_END()
