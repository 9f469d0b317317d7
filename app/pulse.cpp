#include "app/pulse.hpp"

#include <algorithm>

#include <caf/blocking_actor.hpp>

namespace bankslip::app {

bool has_pulse(caf::blocking_actor& self, const std::vector<actors::pulsing_actor>& actors,
               std::chrono::milliseconds patience) {
  return std::ranges::all_of(actors, [&](const auto& actor) {
    bool alive = false;
    self.request(actor, patience, actors::take_pulse{})
        .receive([&](actors::pulse) { alive = true; }, [](const caf::error&) {});
    return alive;
  });
}

} // namespace bankslip::app
