#include <algorithm>
#include <set>

#include "domain/error.hpp"
#include "tests/support/fake_database.hpp"

namespace bankslip::fake {

namespace {

using d::debt_status;
using d::errc;
using d::make_error;

/// What the columns of a row say.
debt_status state_of(debt_status wanted, bool propagated, std::string_view line) {
  if (propagated)
    return debt_status::emailed;
  if (wanted == debt_status::failed || wanted == debt_status::in_doubt)
    return wanted;
  return line.empty() ? debt_status::imported : debt_status::generated;
}

std::string progress_key(std::int64_t upload, std::int32_t partition) {
  return "\n" + std::to_string(upload) + "/" + std::to_string(partition);
}

/// As little as the port promises.
d::stored_debt as_found(const d::stored_debt& row) {
  if (!is_final(row.status))
    return row;
  d::stored_debt out;
  out.content = row.content;
  out.status = row.status;
  out.from = row.from;
  return out;
}

class fake_settlements final : public d::settlement_store {
public:
  fake_settlements(database& db, process_ptr p) : session_{db, std::move(p)}, db_{db} {}

  caf::error find(std::span<const d::debt* const> debts, d::found_debts& out) override {
    out.clear();
    return session_.run("find", [&] {
      for (std::uint32_t n = 0; n < debts.size(); ++n) {
        auto i = db_.rows.find(debts[n]->debt_id);
        if (i == db_.rows.end())
          continue;
        if (is_final(i->second.status) && i->second.content == *debts[n]) {
          out.same.push_back({n, i->second.from});
        } else {
          out.rows.push_back(as_found(i->second));
          out.asked.push_back(n);
        }
      }
      return caf::error{};
    });
  }

  caf::expected<d::intent> open_intent(const d::intent_request& request) override {
    if (session_.in_transaction())
      return make_error(errc::internal, "an intent must be committed on its own");
    d::intent mine;
    auto err = session_.run("open_intent", [&] {
      mine = add_intent(request);
      return caf::error{};
    });
    if (err)
      return err;
    return mine;
  }

  caf::error drop_intent(std::int64_t id) override {
    return session_.run("drop_intent", [&] {
      db_.intents.erase(id);
      db_.superseded.erase(id);
      db_.covered_to.erase(id);
      return caf::error{};
    });
  }

  caf::expected<std::vector<d::upload_standing>> begin(const d::transaction_start& start) override {
    std::vector<d::upload_standing> out;
    auto err = session_.run("begin", [&]() -> caf::error {
      session_.begin();
      if (start.intent_id != 0) {
        if (auto busy = session_.lock(database::intent_key(start.intent_id)))
          return busy;
        if (!db_.intents.contains(start.intent_id) || db_.superseded.contains(start.intent_id))
          return make_error(errc::intent_lost, "intent " + std::to_string(start.intent_id));
      }
      std::vector<std::int64_t> ordered(start.uploads.begin(), start.uploads.end());
      std::sort(ordered.begin(), ordered.end());
      for (auto id : ordered)
        if (auto busy = session_.lock(progress_key(id, start.partition)))
          return busy;
      for (auto id : start.uploads)
        out.push_back(standing_of(id, start.partition));
      return {};
    });
    if (err)
      return err;
    return out;
  }

  caf::error copy(std::span<const d::new_row> rows) override {
    return in_transaction("copy", [&]() -> caf::error {
      for (const auto& row : rows) {
        if (auto err = session_.lock(row.content->debt_id))
          return err;
        if (taken(row.content->debt_id))
          return make_error(errc::already_stored, "debt " + row.content->debt_id);
        write(row);
      }
      return {};
    });
  }

  caf::expected<std::vector<bool>> insert(std::span<const d::new_row> rows) override {
    std::vector<bool> won;
    auto err = in_transaction("insert", [&]() -> caf::error {
      for (const auto& row : rows) {
        auto has = taken(row.content->debt_id);
        if (!has) {
          if (auto err = session_.lock(row.content->debt_id))
            return err;
          has = taken(row.content->debt_id);
        }
        won.push_back(!has);
        if (!has)
          write(row);
      }
      return {};
    });
    if (err)
      return err;
    return won;
  }

  caf::expected<std::vector<d::stored_debt>> lock(std::span<const std::string_view> ids) override {
    std::vector<d::stored_debt> out;
    auto err = in_transaction("lock", [&]() -> caf::error {
      for (auto id : ids) {
        if (!db_.rows.contains(id))
          continue;
        if (auto err = session_.lock(std::string{id}))
          return err;
        out.push_back(db_.rows.find(id)->second);
      }
      return {};
    });
    if (err)
      return err;
    return out;
  }

  caf::expected<std::vector<std::int64_t>> stopped_uploads() override {
    std::vector<std::int64_t> out;
    auto err = session_.run("stopped_uploads", [&] {
      out = db_.stopped_uploads();
      return caf::error{};
    });
    if (err)
      return err;
    return out;
  }

  caf::expected<d::open_intents> others_intents(std::int64_t own_id) override {
    d::open_intents out;
    auto err = in_transaction("others_intents", [&]() -> caf::error {
      out.now = db_.now();
      for (const auto& [id, i] : db_.intents)
        if (id != own_id && !db_.is_held(id))
          out.intents.push_back(i);
      out.stopped = db_.stopped_uploads();
      return {};
    });
    if (err)
      return err;
    return out;
  }

  caf::error settle(const d::settlement& s) override {
    return in_transaction("settle", [&]() -> caf::error {
      for (const auto& p : s.progress)
        if (auto err = session_.lock(progress_key(p.upload_id, s.partition)))
          return err;
      if (s.intent_id != 0 && !db_.intents.contains(s.intent_id))
        return make_error(errc::intent_lost, "intent " + std::to_string(s.intent_id));
      std::set<std::int64_t> last;
      if (auto err = end_uploads(s, last))
        return err;
      if (s.intent_id != 0 && !db_.intents.contains(s.intent_id))
        return make_error(errc::intent_lost, "intent " + std::to_string(s.intent_id));
      commit(s, last);
      return {};
    });
  }

  void rollback() override { session_.rollback(); }
  void interrupt() noexcept override { session_.cut(); }

private:
  caf::error in_transaction(const char* what, const std::function<caf::error()>& work) {
    auto was_open = session_.in_transaction();
    return session_.run(what, [&]() -> caf::error {
      if (!was_open || !session_.in_transaction())
        return make_error(errc::internal, "no transaction is open");
      return work();
    });
  }

  d::upload_standing standing_of(std::int64_t id, std::int32_t partition) const {
    d::upload_standing out;
    auto i = db_.uploads.find(id);
    if (i == db_.uploads.end() || i->second.topic != db_.topic)
      return out;
    auto u = db_.read_upload(id);
    out.counts = !i->second.done_at;
    if (i->second.state == d::upload_state::processing)
      out.rows = u.accepted + u.rejected;
    if (auto p = db_.progress.find({id, partition}); p != db_.progress.end())
      out.counted_through = p->second.sums.counted_through;
    return out;
  }

  d::intent add_intent(const d::intent_request& request) {
    d::intent mine;
    mine.id = db_.next_id();
    mine.partition = request.partition;
    mine.first_offset = request.first_offset;
    mine.last_offset = request.last_offset;
    int most = 0;
    for (const auto& [id, i] : db_.intents)
      if (i.partition == mine.partition && i.first_offset <= mine.last_offset
          && i.last_offset >= mine.first_offset && !db_.superseded.contains(id))
        most = std::max(most, i.attempts);
    mine.attempts = std::max(1, most + request.counts_as_attempts);
    mine.opened_at = db_.now();
    mine.lease_until = db_.now() + request.lease;
    if (mine.attempts > request.max_attempts) {
      mine.id = 0;
      return mine;
    }
    auto& kept = db_.intents[mine.id] = mine;
    kept.fingerprints = request.fingerprints;
    if (db_.world().tracing)
      db_.world().note(
          "process " + std::to_string(session_.owner().id) + ": intent " + std::to_string(mine.id)
          + " for partition " + std::to_string(mine.partition) + " offsets "
          + std::to_string(mine.first_offset) + " to " + std::to_string(mine.last_offset)
          + ", attempts " + std::to_string(mine.attempts));
    return mine;
  }

  /// Others may run; they see nothing of this transaction.
  caf::error let_others_run() {
    auto& world = db_.world();
    auto mine = session_.in_transaction();
    world.step(session_.owner_ptr());
    if (mine && !session_.in_transaction())
      return make_error(errc::database_unavailable, "settle: connection lost");
    return {};
  }

  /// Rows that are missing when this transaction is committed, as it sees the others: at
  /// their end, or without slips, whatever is nearer.
  std::int64_t missing(const d::settlement& s, std::int64_t id) const {
    const auto& u = db_.uploads.at(id);
    std::int64_t ends = 0;
    std::int64_t slips = 0;
    auto add = [&](const d::upload_progress& p) {
      ends += p.emailed + p.duplicates + p.conflicts + p.failed + p.in_doubt
              + (u.mail == d::mail_stop::cancelled ? p.held : 0);
      slips += p.generated + p.unslipped + p.duplicates + p.conflicts;
    };
    add(db_.sum(id));
    for (const auto& p : s.progress)
      if (p.upload_id == id)
        add(p);
    return u.totals.accepted - (u.generated_at ? ends : std::max(ends, slips));
  }

  bool is_far_from_done(const d::settlement& s, std::int64_t id) const {
    if (db_.uploads.at(id).state == d::upload_state::receiving)
      return true;
    std::int64_t under_way = 0;
    for (const auto& [other, i] : db_.intents)
      if (other != s.intent_id)
        under_way += i.last_offset - i.first_offset + 1;
    // A record may end two rows: a stored one that is unfinished, and its own.
    return s.intent_id != 0 && missing(s, id) > 2 * under_way;
  }

  /// As the function of this name in sql/0008_webhooks.sql: `last` are the uploads that
  /// the commit ends.
  caf::error end_uploads(const d::settlement& s, std::set<std::int64_t>& last) {
    std::set<std::int64_t> ids;
    for (const auto& p : s.progress)
      if (db_.uploads.contains(p.upload_id))
        ids.insert(p.upload_id);
    for (auto id : ids) {
      const auto& u = db_.uploads.at(id);
      if (u.state == d::upload_state::aborted || (u.done_at && db_.ends != end_locking::unmarked))
        continue;
      auto key = database::end_key(id);
      if (is_far_from_done(s, id)) {
        if (db_.ends == end_locking::none || db_.ends == end_locking::alone_only)
          continue;
        if (auto err = session_.share(key))
          return err;
        if (is_far_from_done(s, id))
          continue;
        session_.give_back_share(key);
      }
      if (auto err = let_others_run())
        return err;
      if (db_.ends != end_locking::none)
        if (auto err = session_.lock(key))
          return err;
      if (u.state == d::upload_state::processing && missing(s, id) <= 0)
        last.insert(id);
    }
    return let_others_run();
  }

  bool taken(const std::string& key) const {
    return db_.rows.contains(key) || session_.writes.contains(key);
  }

  void write(const d::new_row& row) {
    d::stored_debt stored;
    stored.content = *row.content;
    stored.linha_digitavel = row.linha_digitavel;
    stored.slip_details = row.slip_details;
    stored.status = state_of(row.status, row.propagated, row.linha_digitavel);
    stored.failure = row.failure;
    stored.from = row.from;
    stored.created_at = db_.now();
    if (stored.status != debt_status::imported)
      stored.updated_on = db_.now();
    session_.writes.emplace(stored.content.debt_id, std::move(stored));
  }

  void update(const d::row_update& u) {
    auto own = session_.writes.find(u.debt_id);
    if (own == session_.writes.end()) {
      auto i = db_.rows.find(u.debt_id);
      if (i == db_.rows.end())
        return;
      own = session_.writes.emplace(u.debt_id, i->second).first;
    }
    auto& row = own->second;
    if (!u.linha_digitavel.empty())
      row.linha_digitavel = u.linha_digitavel;
    if (!u.slip_details.empty())
      row.slip_details = u.slip_details;
    row.status = state_of(u.status, u.status == debt_status::emailed, row.linha_digitavel);
    row.failure = u.failure;
    row.put_offs = u.put_offs;
    row.mail_tried_at = u.mail_tried_at;
    row.held = u.held;
    row.updated_on = db_.now();
  }

  void commit(const d::settlement& s, const std::set<std::int64_t>& last) {
    for (const auto& u : s.updates)
      update(u);
    for (const auto& [id, row] : session_.writes)
      db_.change(row);
    for (const auto& p : s.progress) {
      auto& row = db_.progress[{p.upload_id, s.partition}];
      if (row.updated_at == d::utc_time{})
        row.sums.counted_through = -1;
      row.sums.add(p);
      row.updated_at = db_.now();
    }
    for (const auto& id : s.told) {
      const auto& row = db_.rows.find(id)->second;
      if (auto event = d::event_of(row.status))
        db_.tell(*event, row);
    }
    for (auto id : last)
      db_.mark_done(id);
    for (const auto& [upload, problem] : s.problems)
      db_.problems.try_emplace({upload, problem.row}, problem);
    for (const auto& entry : s.outbox)
      db_.add_outbox(entry);
    if (s.head_at)
      db_.lane_heads[s.partition] = *s.head_at;
    db_.intents.erase(s.intent_id);
    db_.superseded.erase(s.intent_id);
    db_.covered_to.erase(s.intent_id);
    for (const auto& [id, i] : db_.intents)
      if ((i.partition == s.partition
           || (s.also_supersedes >= 0 && i.partition == s.also_supersedes))
          && (s.intent_id == 0 || id < s.intent_id)
          && !(s.spares_attempts && !i.fingerprints.empty()) && !db_.is_held(id)) {
        if (i.last_offset <= s.last_offset)
          db_.superseded.insert(id);
        auto& covered = db_.covered_to.try_emplace(id, i.first_offset).first->second;
        if (s.first_offset >= 0 && s.first_offset <= covered)
          covered = std::max(covered, std::min(s.last_offset, i.last_offset) + 1);
      }
    session_.rollback();
  }

  session session_;
  database& db_;
};

} // namespace

std::unique_ptr<d::settlement_store> database::settlement_store(process_ptr p) {
  return std::make_unique<fake_settlements>(*this, std::move(p));
}

} // namespace bankslip::fake
