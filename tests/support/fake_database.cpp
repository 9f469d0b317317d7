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
  for (auto i = progress.lower_bound({upload, -1}); i != progress.end() && i->first.first == upload;
       ++i) {
    const auto& p = i->second.sums;
    sum.generated += p.generated;
    sum.emailed += p.emailed;
    sum.duplicates += p.duplicates;
    sum.conflicts += p.conflicts;
    sum.failed += p.failed;
    sum.in_doubt += p.in_doubt;
  }
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

caf::error session::lock(const std::string& key, std::chrono::milliseconds patience) {
  if (db_.without_locks)
    return {};
  auto deadline = db_.now() + patience;
  auto holder = [&]() -> session* {
    auto i = db_.locks.find(key);
    return i == db_.locks.end() || i->second == this ? nullptr : i->second;
  };
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
  if (db_.locks.emplace(key, this).second)
    held_.push_back(key);
  return {};
}

} // namespace bankslip::fake
