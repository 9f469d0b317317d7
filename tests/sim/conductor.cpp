#include "tests/sim/conductor.hpp"

#include <algorithm>

#include <boost/context/protected_fixedsize_stack.hpp>
#include <caf/local_actor.hpp>

namespace bankslip::sim {

namespace {

constexpr std::size_t stack_bytes = 128 * 1024;

std::chrono::microseconds passed(const fake::world& w) {
  return std::chrono::duration_cast<std::chrono::microseconds>(
      w.time.steady_now().time_since_epoch() - std::chrono::hours{1});
}

} // namespace

conductor::conductor(caf::actor_system& system)
    : caf::execution_unit{&system}, scheduler_{dynamic_cast<caf::scheduler::test_coordinator&>(
                                        system.scheduler())} {}

void conductor::begin(fake::world& w, dice& chance) {
  world_ = &w;
  dice_ = &chance;
  epoch_ = scheduler_.clock().now();
  notes_.clear();
  steps_ = 0;
  w.turns = this;
}

void conductor::own(caf::actor_id id, body* b, bool blocks) { notes_[id] = {b, blocks}; }

conductor::actor_note conductor::note_of(caf::resumable* job) {
  auto* actor = dynamic_cast<caf::local_actor*>(job);
  if (actor == nullptr)
    return {};
  auto i = notes_.find(actor->id());
  return i == notes_.end() ? actor_note{} : i->second;
}

void conductor::resume(caf::resumable* job) {
  switch (job->resume(this, 1)) {
    case caf::resumable::resume_later:
      jobs().push_back(job);
      break;
    case caf::resumable::done:
    case caf::resumable::awaiting_message:
      caf::intrusive_ptr_release(job);
      break;
    case caf::resumable::shutdown_execution_unit:
      break;
  }
}

conductor::strand& conductor::free_strand() {
  if (!free_.empty()) {
    auto* s = free_.back();
    free_.pop_back();
    return *s;
  }
  auto& s = *strands_.emplace_back(std::make_unique<strand>());
  s.own = boost::context::fiber{std::allocator_arg,
                                boost::context::protected_fixedsize_stack{stack_bytes},
                                [this, &s](boost::context::fiber&& main) {
                                  s.main = std::move(main);
                                  for (;;) {
                                    resume(s.job);
                                    s.done = true;
                                    s.main = std::move(s.main).resume();
                                  }
                                  return boost::context::fiber{};
                                }};
  return s;
}

void conductor::switch_to(strand& s) {
  s.ready = nullptr;
  running_ = &s;
  s.own = std::move(s.own).resume();
  running_ = nullptr;
  if (s.done)
    free_.push_back(&s);
  else
    stopped_.push_back(&s);
}

bool conductor::can_run(const strand& s) const {
  if (s.of != nullptr && s.of->frozen)
    return false;
  return s.ready == nullptr || (*s.ready)() || world_->time.utc_now() >= s.deadline;
}

// Service calls take time, which the actors' clock must know.
void conductor::follow_world_time() {
  auto& clock = scheduler_.clock();
  auto now = epoch_ + passed(*world_);
  if (clock.current_time < now)
    clock.advance_time(now - clock.current_time);
}

bool conductor::step() {
  follow_world_time();
  std::vector<std::size_t> open;
  auto& queue = jobs();
  for (std::size_t i = 0; i < queue.size(); ++i) {
    auto note = note_of(queue[i]);
    if (note.of == nullptr || !note.of->frozen)
      open.push_back(i);
  }
  for (std::size_t i = 0; i < stopped_.size(); ++i)
    if (can_run(*stopped_[i]))
      open.push_back(queue.size() + i);
  if (open.empty())
    return false;
  ++steps_;
  auto choice = open[dice_->below(open.size())];
  body* of = nullptr;
  auto before = queue.size();
  if (choice >= queue.size()) {
    auto at = stopped_.begin() + static_cast<std::ptrdiff_t>(choice - queue.size());
    auto* s = *at;
    stopped_.erase(at);
    of = s->of;
    switch_to(*s);
  } else {
    auto* job = queue[choice];
    queue.erase(queue.begin() + static_cast<std::ptrdiff_t>(choice));
    --before;
    auto note = note_of(job);
    of = note.of;
    if (note.blocks) {
      auto& s = free_strand();
      s.job = job;
      s.of = note.of;
      s.done = false;
      switch_to(s);
    } else {
      resume(job);
    }
  }
  // Children that were not announced belong to their parent's process.
  for (auto i = before; i < queue.size(); ++i)
    if (auto* actor = dynamic_cast<caf::local_actor*>(queue[i]))
      notes_.try_emplace(actor->id(), actor_note{of, false});
  return true;
}

void conductor::wait(std::chrono::milliseconds least, std::chrono::milliseconds most) {
  follow_world_time();
  auto& clock = scheduler_.clock();
  std::chrono::microseconds span = most;
  if (!clock.schedule().empty())
    span = std::min(span, std::chrono::duration_cast<std::chrono::microseconds>(
                              clock.schedule().begin()->first - clock.now()));
  auto now = world_->time.utc_now();
  for (const auto* s : stopped_)
    if (s->ready != nullptr)
      span = std::min(span, std::max(s->deadline - now, std::chrono::microseconds{0}));
  jump(std::max<std::chrono::microseconds>(span, least));
}

void conductor::jump(std::chrono::microseconds span) {
  world_->time.advance(span);
  follow_world_time();
}

void conductor::pause() {
  if (running_ == nullptr || !dice_->chance(6'000))
    return;
  auto* s = running_;
  s->main = std::move(s->main).resume();
}

bool conductor::wait(const std::function<bool()>& ready, domain::utc_time deadline) {
  if (running_ == nullptr)
    return ready();
  auto* s = running_;
  for (;;) {
    if (ready())
      return true;
    if (world_->time.utc_now() >= deadline)
      return false;
    s->ready = &ready;
    s->deadline = deadline;
    s->main = std::move(s->main).resume();
  }
}

void conductor::clear() {
  // The dead unwind at their next step, whatever they wait for.
  for (int idle = 0; idle < 2;) {
    while (step())
      idle = 0;
    ++idle;
    jump(std::chrono::hours{1});
  }
}

} // namespace bankslip::sim
