#include "tests/sim/history.hpp"

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

namespace bankslip::sim {

using namespace std::chrono_literals;

namespace {

/// Steps within which a history without faults must come to rest.
constexpr std::size_t patience = 60'000;

std::string upload_word(int n) { return std::to_string(n) + " processes"; }

} // namespace

history::history(caf::actor_system& system, conductor& turns, std::uint64_t seed, bug planted,
                 bool tracing)
    : system_{system}, turns_{turns}, dice_{seed}, world_{dice_.between(2, 3)},
      chaos_{dice_, world_.slips.local = dice_.chance(6'000)}, maker_{dice_, dice_.between(3, 20)} {
  setting_.planted = planted;
  world_.tracing = tracing;
  world_.watcher = &oracle_;
  world_.faults = &chaos_;
  turns_.begin(world_, dice_);
  choose_setting();
}

// Nothing of this world may be touched once it is gone.
history::~history() {
  chaos_.calm = true;
  for (auto& c : companies_)
    c->kill();
  for (auto& c : customers_)
    caf::anon_send_exit(c, caf::exit_reason::kill);
  turns_.clear();
}

void history::choose_setting() {
  setting_.partitions = static_cast<int>(world_.kafka.log.size());
  setting_.processes = dice_.between(1, 3);
  setting_.workers = static_cast<std::size_t>(dice_.between(1, 2));
  setting_.max_rows = std::size_t{1} << dice_.below(6);
  setting_.chunk_size = static_cast<std::size_t>(dice_.between(1, 6));
  setting_.jitter_seed = static_cast<std::uint32_t>(dice_.next());
  // All settle in one way, or the mode is being changed.
  paced_ = dice_.chance(3'500) ? 0 : dice_.chance(5'000) ? 10'000 : dice_.between(2'000, 8'000);
  stops_ = dice_.chance(6'000) ? 0 : dice_.between(200, 3'000);
  if (dice_.chance(5'000))
    setting_.gives_leave = [this] { return chaos_.gives_leave(); };
  if (dice_.chance(3'000)) {
    setting_.mail_rate = dice_.between(2, 60);
    setting_.audit = std::make_shared<rate_audit>(setting_.mail_rate);
  }
  auto& s = setting_.settling;
  s.max_rows = std::size_t{1} << dice_.below(6);
  s.lease = 5s;
  s.put_off = 1s;
  s.max_put_offs = dice_.between(1, 4);
  s.check_after_conflict = dice_.between(1, 4);
  world_.db.idle_timeout = std::chrono::milliseconds{dice_.between(2'000, 8'000)};
  world_.kafka.session_timeout = std::chrono::milliseconds{dice_.between(2'000, 6'000)};
  world_.mail.longest_call = chaos::longest_call;
  switch (dice_.below(3)) {
    case 0:
      world_.mail.window = 0s;
      world_.mail.max_wave = static_cast<std::size_t>(dice_.between(1, 3));
      break;
    case 1:
      world_.mail.window = 12s;
      break;
    default:
      world_.mail.window = 60s;
  }
  zombies_ = dice_.chance(1'500);
  if (zombies_) {
    chaos_.put_off_often();
    // By SMTP, and not taken up again for long.
    world_.mail.window = 0s;
    world_.mail.max_wave = 1;
    s.put_off = 40s;
    setting_.processes = 3;
    setting_.max_rows = 32;
    paced_ = 0;
  }
  for (int i = 0; i < 2; ++i)
    if (dice_.chance(4'000))
      world_.mail.refused_addresses.insert("d" + std::to_string(dice_.below(8)) + "@example.com");
  s.events =
      world_.db.tells = {domain::event_kind::upload_done, domain::event_kind::upload_aborted,
                         domain::event_kind::bankslip_failed, domain::event_kind::bankslip_in_doubt,
                         domain::event_kind::bankslip_emailed};
  world_.db.without_locks = setting_.planted == bug::row_locks_not_taken;
  using fake::end_locking;
  world_.db.ends = setting_.planted == bug::done_said_again             ? end_locking::unmarked
                   : setting_.planted == bug::last_lanes_not_kept_apart ? end_locking::none
                   : setting_.planted == bug::far_lanes_not_waited_for  ? end_locking::alone_only
                                                                        : end_locking::whole;
  world_.note(upload_word(setting_.processes) + ", " + std::to_string(setting_.partitions)
              + " partitions, window " + std::to_string(world_.mail.window.count()) + " s, "
              + (world_.slips.local ? "local slips" : "slips by a service"));
}

void history::start_process() {
  setting_.paced = dice_.chance(paced_);
  companies_.push_back(std::make_unique<company>(system_, turns_, world_, setting_));
}

// As the program does with its process.
void history::end_given_up() {
  for (std::size_t i = 0; i < companies_.size(); ++i)
    if (companies_[i]->alive() && !companies_[i]->given_up().empty()) {
      world_.note("a process gives itself up: " + companies_[i]->given_up());
      companies_[i]->kill();
      start_process();
    }
}

void history::move_on() {
  if (!turns_.step())
    turns_.wait(50ms, 500ms);
  end_given_up();
  for (auto& c : companies_)
    if (c->state().frozen && world_.time.utc_now() >= c->state().thaws_at) {
      world_.note("process " + std::to_string(c->state().process->id) + " thaws");
      c->state().frozen = false;
    }
  world_.db.expire_idle();
  if (oracle_.broken())
    throw *oracle_.broken();
}

void history::stormy_time() {
  auto steps = dice_.between(100, 500);
  auto strikes = dice_.between(50, 500);
  for (int i = 0; i < steps; ++i) {
    if (dice_.chance(strikes))
      strike();
    if (zombies_)
      play_zombies();
    if (files_left_ > 0 && dice_.chance(100))
      send_file();
    move_on();
  }
}

void history::time_to_rest() {
  world_.note("-- no more faults --");
  chaos_.calm = true;
  world_.db.away = world_.kafka.away = false;
  auto living = 0;
  for (auto& c : companies_) {
    c->state().frozen = false;
    if (c->alive() && c->stopping())
      c->kill();
    living += c->alive();
  }
  for (; living < 1; ++living)
    start_process();
  auto limit = turns_.steps() + patience;
  // What was handed to a producer before may still come.
  for (int quiet = 0; quiet < 4;) {
    // Whoever has paused e-mails decides in the end, under the lock of the upload's end.
    for (auto& [id, upload] : world_.db.uploads)
      if (upload.mail == domain::mail_stop::paused && !world_.db.is_ending(id))
        world_.db.set_mail(id, dice_.chance(5'000) ? domain::mail_action::resume
                                                   : domain::mail_action::cancel);
    while (turns_.step()) {
      if (oracle_.broken())
        throw *oracle_.broken();
      if (turns_.steps() > limit)
        throw violation{"it does not come to rest: " + oracle_.unrest()};
    }
    end_given_up();
    quiet = oracle_.quiet() ? quiet + 1 : 0;
    turns_.wait(500ms, 500ms);
    world_.db.expire_idle();
  }
}

// A lane that is stuck or a credit that was lost keeps a process from leaving.
void history::leave() {
  auto left = std::make_shared<int>(0);
  auto asked = 0;
  for (auto& c : companies_) {
    if (!c->alive())
      continue;
    if (!c->given_up().empty())
      throw violation{"a process gave itself up: " + c->given_up()};
    ++asked;
    caf::anon_send(c->pool(), actors::drain{});
    caf::anon_send(c->mail_pool(), actors::drain{});
    spawn_customer(
        [left](caf::event_based_actor* self, const actors::supervisor_actor& supervisor) {
          self->request(supervisor, 59min, actors::drain{})
              .then([=](actors::drained) { ++*left; }, [](caf::error&) {});
        },
        c->supervisor());
  }
  for (int waits = 0; *left < asked; ++waits) {
    while (turns_.step()) {
    }
    if (waits > 400)
      throw violation{"a process cannot leave: some of its batches were never answered"};
    turns_.wait(20ms, 500ms);
    world_.db.expire_idle();
  }
  for (auto& c : companies_)
    if (c->alive())
      c->kill();
}

outcome history::run() {
  try {
    for (int i = 0; i < setting_.processes; ++i)
      start_process();
    files_left_ = dice_.between(1, 3);
    send_file();
    stormy_time();
    // A batch that came again may still have written a dead letter while the
    // processes left; whoever comes next sends it.
    for (int rounds = 0; rounds < 3 && (rounds == 0 || !oracle_.quiet()); ++rounds) {
      time_to_rest();
      leave();
    }
    oracle_.check_end();
    if (setting_.audit)
      if (auto fault = setting_.audit->fault(); !fault.empty())
        throw violation{std::move(fault)};
  } catch (const violation& v) {
    outcome_.violation = v.what;
  }
  outcome_.history = std::move(world_.history);
  outcome_.steps = turns_.steps();
  return outcome_;
}

} // namespace bankslip::sim
