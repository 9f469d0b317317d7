// What happens to the system from outside, while faults are on.
#include <algorithm>

#include <caf/send.hpp>

#include "tests/sim/history.hpp"

namespace bankslip::sim {

using namespace std::chrono_literals;

company* history::somebody() {
  std::vector<company*> living;
  for (auto& c : companies_)
    if (c->alive())
      living.push_back(c.get());
  return living.empty() ? nullptr : living[dice_.below(living.size())];
}

void history::send_file() {
  auto* c = somebody();
  if (c == nullptr)
    return;
  auto rows = dice_.between(1, 10);
  outcome_.rows += static_cast<std::size_t>(rows);
  auto script = maker_.file(rows);
  script->judge = &oracle_;
  script->parser_opened = [c](const actors::parser_actor& p) {
    c->keep(caf::actor_cast<caf::actor>(p));
    if (!c->alive())
      caf::anon_send_exit(p, caf::exit_reason::kill);
  };
  spawn_customer(upload, c->front(), script);
  --files_left_;
}

// Another producer: no headers, any partition; sometimes no debt at all.
void history::foreign_record() {
  auto d = maker_.debt();
  std::string text;
  world_.codec.encode(d, text);
  auto partition = static_cast<std::int32_t>(dice_.below(world_.kafka.log.size()));
  if (dice_.chance(1'500)) {
    static const std::string key = "rubbish";
    world_.kafka.append(partition, {key, "rubbish", {}, false, {}});
  } else {
    world_.kafka.append(partition, {d.debt_id, text, {}, false, {}});
  }
  ++outcome_.rows;
}

void history::press_button() {
  auto* c = somebody();
  if (c == nullptr)
    return;
  for (const auto& [id, upload] : world_.db.uploads)
    if (dice_.chance(stops_)) {
      spawn_customer(sim::stop_mails, c->front(),
                     actors::stop_mails{id, static_cast<domain::mail_action>(dice_.below(3))});
      return;
    }
  for (const auto& [id, row] : world_.db.rows) {
    if (!dice_.chance(5'000))
      continue;
    if (row.status == domain::debt_status::failed) {
      actors::retry_debt request{id, {}};
      if (dice_.chance(5'000))
        request.email = "new-" + row.content.email;
      spawn_customer(retry, c->front(), std::move(request));
      return;
    }
    if (row.status == domain::debt_status::in_doubt) {
      auto what =
          dice_.chance(5'000) ? domain::person_decision::sent : domain::person_decision::resend;
      spawn_customer(resolve, c->front(), actors::resolve_debt{id, what});
      return;
    }
  }
}

void history::kill(company& c) {
  c.kill();
  ++outcome_.kills;
}

/// All but one are frozen until the group has given their partitions away.
void history::lose_partitions_unseen() {
  new_owner_ = somebody();
  if (new_owner_ == nullptr)
    return;
  world_.note("all but process " + std::to_string(new_owner_->state().process->id)
              + " lose their partitions unseen");
  const auto thaw = world_.time.utc_now() + world_.kafka.session_timeout
                    + std::chrono::milliseconds{dice_.between(200, 4'000)};
  for (auto& c : companies_) {
    c->state().frozen = c->alive() && c.get() != new_owner_;
    c->state().thaws_at = thaw;
  }
  new_owner_died_ = false;
  zombies_die_in_ = dice_.between(2, 80);
  chaos_.lose_a_settlement();
}

/// Soon after a row was put off its owner loses the partition unseen; the new owner mails
/// and dies, the old one goes on for a while with what it has, and then nobody is there for
/// longer than any lease.
void history::play_zombies() {
  if (new_owner_ == nullptr) {
    if (chaos_.has_put_off())
      zombies_in_ = dice_.between(2, 12);
    if (zombies_in_ > 0 && --zombies_in_ == 0)
      lose_partitions_unseen();
    return;
  }
  if (!new_owner_died_) {
    if (!chaos_.lost_a_settlement() && new_owner_->alive())
      return;
    new_owner_died_ = true;
    if (new_owner_->alive())
      kill(*new_owner_);
  }
  auto is_frozen = [](const auto& c) { return c->alive() && c->state().frozen; };
  if (std::ranges::any_of(companies_, is_frozen) || --zombies_die_in_ > 0)
    return;
  for (auto& c : companies_)
    if (c->alive())
      kill(*c);
  new_owner_ = nullptr;
  turns_.jump(std::chrono::milliseconds{dice_.between(60'000, 120'000)});
  start_process();
}

/// Something happens from outside.
void history::strike() {
  auto* c = somebody();
  switch (dice_.below(17)) {
    case 0:
    case 1:
      if (c != nullptr)
        kill(*c);
      break;
    case 2:
      if (c != nullptr && !c->state().frozen) {
        // The longest outlive a lease and the provider's window after it.
        auto longest = dice_.chance(5'000) ? 5'000 : dice_.chance(7'000) ? 90'000 : 300'000;
        auto span = std::chrono::milliseconds{dice_.between(100, longest)};
        world_.note("process " + std::to_string(c->state().process->id) + " freezes for "
                    + std::to_string(span.count()) + " ms");
        c->state().frozen = true;
        c->state().thaws_at = world_.time.utc_now() + span;
      }
      break;
    case 3:
    case 4:
      (dice_.chance(7'000) ? world_.kafka.group : world_.kafka.mails).rebalance();
      break;
    case 5:
      world_.db.away = dice_.chance(5'000);
      world_.note(world_.db.away ? "the database is away" : "the database is there");
      break;
    case 6:
      world_.kafka.away = dice_.chance(5'000);
      world_.note(world_.kafka.away ? "the broker is away" : "the broker is there");
      break;
    case 7:
      world_.note("time jumps");
      turns_.jump(std::chrono::milliseconds{dice_.between(1'000, 40'000)});
      break;
    case 8:
    case 9:
    case 10:
      press_button();
      break;
    case 11:
    case 12:
      foreign_record();
      break;
    case 13:
      if (c != nullptr) {
        ++outcome_.rows;
        spawn_customer(post, c->front(), maker_.debt(), &oracle_);
      }
      break;
    case 14:
      if (c != nullptr && !c->stopping())
        c->stop();
      break;
    default:
      if (files_left_ > 0)
        send_file();
      break;
  }
  auto living = 0;
  for (auto& other : companies_)
    living += other->alive() && !other->stopping();
  if (living < setting_.processes && companies_.size() < 8 && dice_.chance(4'000))
    start_process();
}

} // namespace bankslip::sim
