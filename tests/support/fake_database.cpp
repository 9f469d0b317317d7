#include "tests/support/fake_database.hpp"

#include "domain/error.hpp"

namespace bankslip::fake {

using d::errc;
using d::make_error;

void database::drop(const process& p) {
  for (auto* s : sessions)
    if (&s->owner() == &p)
      s->cut();
}

void database::expire_idle() {
  for (auto* s : sessions)
    if (s->open_ && now() - s->last_seen_ > idle_timeout) {
      world_.note("database: idle transaction of process " + std::to_string(s->owner().id)
                  + " ended");
      s->cut();
    }
}

std::int64_t database::add_outbox(d::outbox_entry entry) {
  entry.id = next_id();
  auto due = now() + entry.delay;
  auto id = entry.id;
  outbox.emplace(id, outbox_row{std::move(entry), due});
  return id;
}

d::upload_progress database::sum(std::int64_t upload) const {
  d::upload_progress sum;
  sum.upload_id = upload;
  for (auto i = progress.lower_bound({upload, first_lane});
       i != progress.end() && i->first.first == upload; ++i)
    sum.add(i->second.sums);
  return sum;
}

void database::change(const d::stored_debt& row) {
  auto i = rows.find(row.content.debt_id);
  world_.watcher->row_changed(i == rows.end() ? nullptr : &i->second, row);
  if (world_.tracing)
    world_.note("database: " + row.content.debt_id + " is " + std::string{to_string(row.status)}
                + ", attempt " + std::to_string(row.attempt)
                + (row.failure.empty() ? "" : " (" + row.failure + ")"));
  rows.insert_or_assign(row.content.debt_id, row);
}

void database::add_event(d::webhook_event event) {
  event.id = next_id();
  event.message_id = "message " + std::to_string(event.id);
  event.at = now();
  if (world_.tracing)
    world_.note("database: event " + event.type);
  world_.watcher->event_written(event);
  auto id = event.id;
  events.emplace(id, event_row{std::move(event), d::delivery_state::pending, now(), {}});
}

void database::tell(d::event_kind what, const d::stored_debt& debt) {
  if (!tells.contains(what))
    return;
  // No more than is written down.
  auto facts = debt;
  facts.content = {};
  facts.content.debt_id = debt.content.debt_id;
  d::webhook_event event;
  event.type = to_string(what);
  event.facts = std::move(facts);
  add_event(std::move(event));
}

void database::tell(d::event_kind what, const d::upload_record& upload) {
  if (!tells.contains(what))
    return;
  auto facts = upload;
  facts.form = {};
  d::webhook_event event;
  event.type = to_string(what);
  event.facts = std::move(facts);
  add_event(std::move(event));
}

void database::mark_done(std::int64_t id) {
  auto& u = uploads.at(id);
  auto slips = sum(id);
  if (u.state == d::upload_state::processing && !u.generated_at
      && slips.generated + slips.unslipped + slips.duplicates + slips.conflicts
             >= u.totals.accepted)
    u.generated_at = now();
  if (read_upload(id).state != d::upload_state::done
      || (u.done_at && ends != end_locking::unmarked))
    return;
  u.done_at = now();
  tell(d::event_kind::upload_done, read_upload(id));
}

std::vector<std::int64_t> database::stopped_uploads() const {
  std::vector<std::int64_t> out;
  for (const auto& [id, u] : uploads)
    if (d::is_stopped(u.mail))
      out.push_back(id);
  return out;
}

bool database::set_mail(std::int64_t id, d::mail_action action) {
  using d::mail_action;
  using d::mail_stop;
  auto& u = uploads.at(id);
  if (action == mail_action::resume && u.mail == mail_stop::none)
    return true;
  if (action == mail_action::pause && u.mail == mail_stop::cancelled)
    return false;
  auto was_stopped = d::is_stopped(u.mail);
  u.mail = action == mail_action::pause    ? mail_stop::paused
           : action == mail_action::cancel ? mail_stop::cancelled
                                           : mail_stop::resumed;
  if (!was_stopped)
    u.stopped_at = now();
  world_.note("mails of upload " + std::to_string(id) + ": " + std::string{to_string(u.mail)});
  mark_done(id);
  return true;
}

session::session(database& db, process_ptr p) : db_{db}, process_{std::move(p)} {
  db_.sessions.insert(this);
}

session::~session() {
  rollback();
  db_.sessions.erase(this);
}

void session::begin() {
  rollback();
  open_ = true;
}

void session::rollback() {
  for (const auto& key : held_)
    db_.locks.erase(key);
  while (!shared_.empty())
    give_back_share(std::string{shared_.back()});
  held_.clear();
  writes.clear();
  open_ = false;
}

void session::cut() noexcept {
  rollback();
  cut_ = true;
}

caf::error session::broken(const char* what) {
  rollback();
  cut_ = false;
  return make_error(errc::database_unavailable, std::string{what} + ": connection lost");
}

caf::error session::run(const char* what, const std::function<caf::error()>& work) {
  auto& world = db_.world();
  world.step(process_);
  last_seen_ = db_.now();
  if (cut_ || db_.away)
    return broken(what);
  auto fault = world.faults->database(what);
  if (fault != db_fault::none && world.tracing)
    world.note("process " + std::to_string(process_->id) + ": fault "
               + std::to_string(static_cast<int>(fault)) + " at " + what);
  if (fault == db_fault::lost_before)
    return broken(what);
  if (fault == db_fault::conflict && open_) {
    rollback();
    return make_error(errc::transaction_conflict, std::string{what} + ": deadlock");
  }
  auto err = work();
  if (err) {
    rollback();
    return err;
  }
  if (fault == db_fault::lost_after)
    return broken(what);
  last_seen_ = db_.now();
  return err;
}

bool session::waits_for_itself(const session* holder) const {
  for (int hops = 0; hops < 64; ++hops) {
    if (holder == this)
      return true;
    if (holder->waits_for_.empty())
      return false;
    auto i = db_.locks.find(holder->waits_for_);
    if (i == db_.locks.end())
      return false;
    holder = i->second;
  }
  return false;
}

caf::error session::await(const std::string& key, std::chrono::milliseconds patience,
                          const std::function<session*()>& holder) {
  auto deadline = db_.now() + patience;
  while (auto* other = holder()) {
    if (waits_for_itself(other))
      return make_error(errc::transaction_conflict, "deadlock at " + key);
    waits_for_ = key;
    auto free = db_.world().turns->wait(
        [&] { return !process_->alive || cut_ || holder() == nullptr; }, deadline);
    waits_for_.clear();
    if (!process_->alive)
      throw killed{};
    if (cut_)
      return broken("lock");
    if (!free)
      return make_error(errc::transaction_conflict, "lock time-out at " + key);
  }
  return {};
}

caf::error session::lock(const std::string& key, std::chrono::milliseconds patience) {
  if (db_.without_locks)
    return {};
  auto err = await(key, patience, [&]() -> session* {
    if (auto i = db_.locks.find(key); i != db_.locks.end() && i->second != this)
      return i->second;
    if (auto i = db_.shares.find(key); i != db_.shares.end())
      for (auto* other : i->second)
        if (other != this)
          return other;
    return nullptr;
  });
  if (!err && db_.locks.emplace(key, this).second)
    held_.push_back(key);
  return err;
}

caf::error session::share(const std::string& key) {
  auto err = await(key, db_.lock_timeout, [&]() -> session* {
    auto i = db_.locks.find(key);
    return i == db_.locks.end() || i->second == this ? nullptr : i->second;
  });
  if (!err && db_.shares[key].insert(this).second)
    shared_.push_back(key);
  return err;
}

void session::give_back_share(const std::string& key) {
  std::erase(shared_, key);
  auto i = db_.shares.find(key);
  i->second.erase(this);
  if (i->second.empty())
    db_.shares.erase(i);
}

} // namespace bankslip::fake
