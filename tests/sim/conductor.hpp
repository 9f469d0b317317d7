#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include <boost/context/fiber.hpp>
#include <caf/actor_system.hpp>
#include <caf/execution_unit.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include "tests/sim/dice.hpp"
#include "tests/support/fake_world.hpp"

namespace bankslip::sim {

/// A simulated process: what its actors share.
struct body {
  fake::process_ptr process;
  bool frozen = false;
  /// Virtual time at which it goes on.
  domain::utc_time thaws_at{};
};

/// Chooses by chance which actor does its next step, and stops actors in the
/// midst of their port calls so that others run in between. One for all
/// histories: it keeps its stacks.
class conductor final : public fake::interleaving, public caf::execution_unit {
public:
  explicit conductor(caf::actor_system& system);

  void begin(fake::world& w, dice& chance);
  /// Ends what is left of a history, in any order.
  void clear();

  /// The actor with this id belongs to `b`; `blocks`: its port calls are steps.
  void own(caf::actor_id id, body* b, bool blocks);
  /// One step of one actor, chosen by chance. False: none can run now.
  bool step();
  /// Time goes on to the next event, at least `least`, at most `most`.
  void wait(std::chrono::milliseconds least, std::chrono::milliseconds most);
  /// Time goes on by so much at once.
  void jump(std::chrono::microseconds span);
  std::size_t steps() const noexcept { return steps_; }

  // As the ports see it.
  void pause() override;
  bool wait(const std::function<bool()>& ready, domain::utc_time deadline) override;

  void exec_later(caf::resumable* ptr) override { jobs().push_back(ptr); }

private:
  /// A stack with the step that runs on it.
  struct strand {
    boost::context::fiber own;
    boost::context::fiber main;
    caf::resumable* job = nullptr;
    body* of = nullptr;
    bool done = false;
    const std::function<bool()>* ready = nullptr;
    domain::utc_time deadline{};
  };
  struct actor_note {
    body* of = nullptr;
    bool blocks = false;
  };

  std::deque<caf::resumable*>& jobs() { return scheduler_.jobs; }
  actor_note note_of(caf::resumable* job);
  strand& free_strand();
  void resume(caf::resumable* job);
  void switch_to(strand& s);
  bool can_run(const strand& s) const;
  void follow_world_time();

  caf::scheduler::test_coordinator& scheduler_;
  fake::world* world_ = nullptr;
  dice* dice_ = nullptr;
  caf::detail::test_actor_clock::time_point epoch_{};
  std::unordered_map<caf::actor_id, actor_note> notes_;
  std::vector<std::unique_ptr<strand>> strands_;
  std::vector<strand*> free_;
  std::vector<strand*> stopped_;
  strand* running_ = nullptr;
  std::size_t steps_ = 0;
};

} // namespace bankslip::sim
